import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import type { Chosen } from "../defineKind.js";
import { formatShape, type Tensor } from "../graph/builder.js";
import { asInput, exampleShape } from "./channels.js";
import { defineBranchingLayer, type ParameterSpec } from "./defineLayer.js";
import { alignedShapes } from "./joins.js";
import { layerList } from "./layerLists.js";

/** y = x + layers(x), or P x + layers(x) with a linear map P that is learned, where the shapes differ */
export const residual = defineBranchingLayer({
  kind: "residual",
  summary: "Layers whose output is added to their input; where the shapes differ, the input passes a learned projection (1 x 1, with the stride that fits, no bias).",
  main: "layers",
  nested: { argument: "layers", form: "layers" },
  source: "He et al., Deep Residual Learning for Image Recognition, 2016, equations 1 and 2",
  arguments: z.strictObject({ layers: layerList.describe("The layers whose output is added to their input.") }),
  branches: ({ layers }) => [[], layers],
  joinedShapes(_, shapes, defaultInit) {
    const [input, output] = alignedShapes(shapes);
    if (input.join() === output.join()) return { output, parameters: [], operations: 0 };
    projectionStrides(input, output); // throws where none fits
    const weight = projectionWeight(input, output, defaultInit);
    return { output, parameters: [weight], operations: output.reduce((a, b) => a * b, 1) * weight.fanIn };
  },
  join(_, [x, y], { parameter }) {
    const [input, output] = alignedShapes([exampleShape(x), exampleShape(y)]);
    const skip = asInput(x, input);
    const added = input.join() === output.join() ? skip : project(skip, parameter("projection"), projectionStrides(input, output));
    return x.builder.op("Add", [added, asInput(y, output)]);
  },
});

/** Whether the channels stand before the other axes, as in images, or features after time. */
function channelsFirst(shape: readonly number[]): boolean {
  return shape.length > 2;
}

/** The step along each axis but the channels' that makes one shape of the other. Throws `shape-mismatch` where none does. */
function projectionStrides(input: readonly number[], output: readonly number[]): readonly number[] {
  const mismatch = (why: string): DescentError =>
    new DescentError("shape-mismatch", `The layers of the residual make ${formatShape(output)} of ${formatShape(input)}, and no projection brings the two together: ${why}.`);
  if (input.length !== output.length) throw mismatch("they have different numbers of axes");
  const places = (shape: readonly number[]): readonly number[] => (channelsFirst(shape) ? shape.slice(1) : shape.slice(0, -1));
  const to = places(output);
  return places(input).map((size, i) => {
    const stride = Math.max(Math.ceil(size / to[i]), 1);
    if (Math.ceil(size / stride) !== to[i]) throw mismatch(`no stride makes ${to[i]} of ${size}; padding: same keeps sizes`);
    return stride;
  });
}

function projectionWeight(input: readonly number[], output: readonly number[], init: Chosen): ParameterSpec {
  if (!channelsFirst(input)) {
    const [fanIn, fanOut] = [input[input.length - 1], output[output.length - 1]];
    return { name: "projection", shape: [fanIn, fanOut], role: "weight", init, fanIn, fanOut, outputAxis: 1 };
  }
  return { name: "projection", shape: [output[0], input[0], ...input.slice(1).map(() => 1)], role: "weight", init, fanIn: input[0], fanOut: output[0], outputAxis: 0 };
}

/** Every `strides`-th place of x through the map: [out, in, 1, ...] for channels first, [in, out] for features last. */
function project(x: Tensor, weight: Tensor, strides: readonly number[]): Tensor {
  const graph = x.builder;
  if (weight.rank > 2) return graph.op("Conv", [x, weight], { kernel_shape: strides.map(() => 1), strides });
  const [step = 1] = strides;
  const kept = step === 1 ? x : graph.op("Slice", [x, graph.ints([0]), graph.ints([exampleShape(x)[0]]), graph.ints([1]), graph.ints([step])]);
  return graph.op(x.rank === 2 ? "Gemm" : "MatMul", [kept, weight]);
}
