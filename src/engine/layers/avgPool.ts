import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { poolArguments, poolShapes, poolWindow } from "./pools.js";

/** The mean of each window, channel by channel; padding is not counted */
export const avgPool = defineLayer({
  kind: "avg_pool",
  summary: "The mean of each window; padding is not counted.",
  main: "size",
  arguments: poolArguments,
  shapes: (args, { shape }) => poolShapes(args, shape),
  build(args, x) {
    const { input, kernel, strides, pads } = poolWindow(args, exampleShape(x));
    return x.builder.op("AveragePool", [asInput(x, input)], { kernel_shape: kernel, strides, pads, count_include_pad: 0 });
  },
});
