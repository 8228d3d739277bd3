import { asInput, exampleShape } from "./channels.js";
import { defineLayer } from "./defineLayer.js";
import { poolArguments, poolShapes, poolWindow } from "./pools.js";

/** The largest value of each window, channel by channel */
export const maxPool = defineLayer({
  kind: "max_pool",
  summary: "The largest value of each window.",
  main: "size",
  arguments: poolArguments,
  shapes: (args, { shape }) => poolShapes(args, shape),
  build(args, x) {
    const { input, kernel, strides, pads } = poolWindow(args, exampleShape(x));
    return x.builder.op("MaxPool", [asInput(x, input)], { kernel_shape: kernel, strides, pads });
  },
});
