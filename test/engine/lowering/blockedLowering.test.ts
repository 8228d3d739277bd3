import { beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../../../src/engine/differentiation/gradients.js";
import { float, type GraphBuilder, type Tensor } from "../../../src/engine/graph/builder.js";
import { mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { elementCount, tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { lowerForward } from "../../../src/engine/lowering/lowerForward.js";
import { probeBlockSize } from "../../../src/engine/lowering/probeBlockSize.js";
import type { LoweringName } from "../../../src/engine/lowering/table.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { backend, runGraph } from "../../helpers/backend.js";
import { randomSource } from "../../helpers/random.js";

/** Declares a parameter of the model, by which is differentiated. */
type Parameter = (name: string, dims: readonly number[]) => Tensor;
type Model = (graph: GraphBuilder, x: Tensor, parameter: Parameter) => Tensor | readonly Tensor[];

interface Case {
  readonly input: readonly number[];
  readonly model: Model;
  /** Elements from few values, so that windows have several largest ones. */
  readonly ties?: boolean;
  /** Whether the blocked form has blocked operators; default true. */
  readonly blocked?: boolean;
}

let blockSize: number | null;
beforeAll(async () => {
  blockSize = await probeBlockSize(backend);
});

/** Runs the model and the gradients of a random weighted sum of its outputs by input and parameters, in both lowerings, from the same values. */
async function compareLowerings({ input, model, ties = false, blocked = true }: Case): Promise<void> {
  const forwardGraph = newGraph();
  const parameters = new Map<string, readonly number[]>();
  const built = model(forwardGraph, forwardGraph.input("x", "float32", input), (name, dims) => {
    parameters.set(name, dims);
    return forwardGraph.input(name, "float32", dims);
  });
  const outputs = "builder" in built ? [built] : built;
  outputs.forEach((output, i) => forwardGraph.output(output, `y${i}`));
  const forward = forwardGraph.build("forward");

  const random = randomSource(11);
  const values = (dims: readonly number[], scale: number): ConstantTensor => {
    const elements = random.normals(elementCount(dims)).map((v) => (ties ? Math.round(v) : v * scale));
    return tensorOf("float32", dims, elements);
  };
  const feeds: Record<string, ConstantTensor> = { x: values(input, 1), weight: values(outputs[0].dims, 1) };
  for (const [name, dims] of parameters) feeds[name] = values(dims, 1 / Math.sqrt(elementCount(dims.slice(1))));

  const run = async (lowering: LoweringName): Promise<{ results: Record<string, number[]>; blockedNodes: number }> => {
    const graph = newGraph();
    const wrt = ["x", ...parameters.keys()].map((name) => graph.input(name, "float32", feeds[name].dims));
    const weight = graph.input("weight", "float32", feeds.weight.dims);
    const lowered = lowerForward(forward, graph, { lowering, blockSize });
    const loss = reduceSum(mul(lowered.get("y0")!, weight), null);
    for (const name of lowered.keys()) graph.output(lowered.get(name)!, `out_${name}`);
    gradients(loss, wrt).forEach((gradient, i) => graph.output(gradient, `gradient_${wrt[i].name}`));
    return { results: await runGraph(graph, feeds), blockedNodes: graph.nodes.filter(({ domain }) => domain !== "").length };
  };
  const [plain, inBlocks] = [await run("plain"), await run("blocked")];
  expect(plain.blockedNodes).toBe(0);
  expect(inBlocks.blockedNodes > 0).toBe(blocked && blockSize !== null);
  for (const [name, expected] of Object.entries(plain.results)) {
    const found = inBlocks.results[name];
    expect(found.length, name).toBe(expected.length);
    const largest = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const apart = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - found[i])), 0);
    expect(apart, `${name}: largest difference, of values up to ${largest}`).toBeLessThanOrEqual(1e-5 * Math.max(largest, 1e-3));
  }
}

interface ConvOptions {
  readonly kernel: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  readonly pads?: number | readonly [number, number, number, number];
  readonly bias?: boolean;
  readonly group?: number;
  readonly dilation?: number;
}

function conv(x: Tensor, parameter: Parameter, name: string, channels: number, { kernel, stride = 1, pads = 0, bias = true, group = 1, dilation = 1 }: ConvOptions): Tensor {
  const pair = (v: number | readonly [number, number]): readonly [number, number] => (typeof v === "number" ? [v, v] : v);
  const weights = parameter(name, [channels, x.dims[1] / group, ...pair(kernel)]);
  const attributes = { kernel_shape: pair(kernel), strides: pair(stride), pads: typeof pads === "number" ? [pads, pads, pads, pads] : pads, group, dilations: [dilation, dilation] };
  return x.builder.op("Conv", bias ? [x, weights, parameter(`${name}_bias`, [channels])] : [x, weights], attributes);
}

const relu = (x: Tensor): Tensor => x.builder.op("Relu", [x]);
const pool = (x: Tensor, op: "MaxPool" | "AveragePool" = "MaxPool", kernel = 2, stride = kernel, pad = 0): Tensor =>
  x.builder.op(op, [x], { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] });

function batchNorm(x: Tensor, parameter: Parameter, name: string): Tensor[] {
  const [, channels] = x.dims;
  const vectors = ["gamma", "beta", "mean", "variance"].map((which) => parameter(`${name}_${which}`, [channels]));
  return x.builder.ops("BatchNormalization", [x, ...vectors], { training_mode: 1, momentum: float(0.8), epsilon: float(1e-4) }, { outputs: 3 });
}

function lenet(_: GraphBuilder, x: Tensor, parameter: Parameter): Tensor {
  const first = pool(relu(conv(x, parameter, "a", 16, { kernel: 5 })));
  const second = pool(relu(conv(first, parameter, "b", 32, { kernel: 5 })));
  return x.builder.op("Gemm", [x.builder.op("Flatten", [second], { axis: 1 }), parameter("c", [512, 10]), parameter("d", [10])]);
}

describe("a convolution in blocks equals the plain one, with all its gradients", () => {
  const convolutions: readonly (readonly [samples: number, channels: number, height: number, width: number, filters: number, options: ConvOptions])[] = [
    [16, 1, 12, 12, 16, { kernel: 5 }],
    [16, 3, 9, 11, 16, { kernel: 3, pads: 1 }],
    [16, 3, 9, 11, 16, { kernel: 3, pads: 1, stride: 2, bias: false }],
    [16, 8, 9, 11, 16, { kernel: 3 }],
    [16, 16, 8, 8, 16, { kernel: 1 }],
    [16, 16, 8, 8, 16, { kernel: 1, stride: 2 }],
    [16, 16, 8, 8, 16, { kernel: 2, stride: 2 }],
    [16, 16, 7, 7, 16, { kernel: 2, pads: 1 }],
    [16, 16, 8, 8, 16, { kernel: 3, pads: 1 }],
    [16, 32, 9, 7, 16, { kernel: 3, pads: 1, bias: false }],
    [16, 16, 8, 8, 32, { kernel: 3, pads: 1, stride: 2 }],
    [16, 16, 9, 9, 32, { kernel: 3, pads: 1, stride: 2 }],
    [16, 16, 8, 8, 16, { kernel: 3, stride: 3 }],
    [16, 16, 5, 5, 48, { kernel: 3, pads: 2 }],
    [16, 16, 12, 12, 16, { kernel: 4, stride: 3, pads: 2 }],
    [16, 16, 8, 8, 16, { kernel: 5 }],
    [16, 16, 8, 8, 16, { kernel: 5, pads: 2 }],
    [16, 16, 10, 10, 16, { kernel: 6, pads: 1 }],
    [16, 16, 9, 9, 16, { kernel: 7, pads: 3 }],
    [16, 16, 9, 8, 16, { kernel: [3, 2], stride: [1, 2], pads: [1, 0, 2, 1] }],
    [16, 16, 6, 10, 16, { kernel: [1, 5], pads: [0, 2, 0, 2] }],
    [32, 64, 4, 4, 64, { kernel: 3, pads: 1 }],
    // counts that blocks do not divide
    [10, 16, 8, 8, 16, { kernel: 3, pads: 1 }],
    [17, 16, 6, 6, 16, { kernel: 3, pads: 1, stride: 2 }],
    [16, 20, 8, 8, 28, { kernel: 3, pads: 1 }],
    [16, 22, 8, 8, 27, { kernel: 3, pads: 1 }],
    [16, 3, 8, 8, 13, { kernel: 3 }],
  ];
  for (const [samples, channels, height, width, filters, options] of convolutions) {
    it(`${samples} samples, ${channels} to ${filters} channels, ${height}x${width}, ${JSON.stringify(options)}`, async () => {
      await compareLowerings({ input: [samples, channels, height, width], model: (_, x, parameter) => conv(relu(x), parameter, "w", filters, options) });
    });
  }
});

describe("what the blocked form does not have stays plain", () => {
  const left: Readonly<Record<string, Case>> = {
    "few channels out of many": { input: [16, 20, 8, 8], model: (_, x, parameter) => conv(x, parameter, "w", 6, { kernel: 3 }) },
    "a small last batch": { input: [3, 18, 8, 8], model: (_, x, parameter) => conv(x, parameter, "w", 16, { kernel: 3 }) },
    groups: { input: [16, 16, 8, 8], model: (_, x, parameter) => conv(x, parameter, "w", 16, { kernel: 3, group: 2 }) },
    dilation: { input: [16, 16, 8, 8], model: (_, x, parameter) => conv(x, parameter, "w", 16, { kernel: 3, dilation: 2 }) },
    "one dimension": {
      input: [16, 16, 8],
      model: (graph, x, parameter) => graph.op("Conv", [x, parameter("w", [16, 16, 3])], { kernel_shape: [3] }),
    },
    "no convolution": { input: [16, 16, 8, 8], model: (_, x) => pool(relu(x)) },
  };
  for (const [name, test] of Object.entries(left)) it(name, async () => compareLowerings({ ...test, blocked: false }));
});

describe("nets in blocks equal the plain ones, with all their gradients", () => {
  const same = { kernel: 3, pads: 1, bias: false } as const;
  const nets: Readonly<Record<string, Case>> = {
    LeNet: { input: [32, 1, 28, 28], model: lenet },
    "LeNet with several largest values a window": { input: [32, 1, 28, 28], model: lenet, ties: true },
    "a pool before its ReLU": { input: [16, 3, 10, 10], model: (_, x, parameter) => relu(pool(conv(x, parameter, "w", 16, { kernel: 3 }))) },
    "a pool that leaves a rest": { input: [16, 3, 13, 11], model: (_, x, parameter) => pool(relu(conv(x, parameter, "w", 16, { kernel: 3, pads: 1 }))), ties: true },
    "a pool of three that leaves a rest": { input: [16, 3, 14, 13], model: (_, x, parameter) => pool(conv(x, parameter, "w", 16, { kernel: 3 }), "MaxPool", 3), ties: true },
    "an average pool that leaves a rest": { input: [16, 3, 13, 11], model: (_, x, parameter) => pool(conv(x, parameter, "w", 16, { kernel: 3, pads: 1 }), "AveragePool") },
    "overlapping pools between convolutions": {
      input: [16, 3, 12, 12],
      model: (_, x, parameter) => conv(pool(pool(relu(conv(x, parameter, "a", 16, { kernel: 3 })), "MaxPool", 3, 2, 1), "AveragePool", 3, 1, 1), parameter, "b", 16, same),
    },
    "a ReLU that two layers read": {
      input: [16, 3, 8, 8],
      model: (graph, x, parameter) => {
        const h = relu(conv(x, parameter, "a", 16, same));
        return graph.op("Add", [pool(h), pool(conv(h, parameter, "b", 16, same))]);
      },
    },
    "a residual branch, global pool and an inner output": {
      input: [16, 16, 8, 8],
      model: (graph, x, parameter) => {
        const a = relu(conv(x, parameter, "a", 16, { kernel: 3, pads: 1 }));
        const joined = relu(graph.op("Add", [conv(a, parameter, "b", 16, { kernel: 3, pads: 1 }), a]));
        const c = graph.op("Tanh", [conv(pool(joined, "AveragePool"), parameter, "c", 20, { kernel: 3 })]);
        return [graph.op("Flatten", [graph.op("GlobalAveragePool", [c])], { axis: 1 }), joined];
      },
    },
    "a mask between convolutions": {
      input: [16, 3, 12, 12],
      model: (graph, x, parameter) => {
        const h = conv(x, parameter, "a", 24, { kernel: 3 });
        return conv(graph.op("Mul", [h, parameter("mask", h.dims)]), parameter, "b", 16, { kernel: 3 });
      },
    },
    "batch norm, with its moving averages": {
      input: [16, 3, 8, 10],
      model: (_, x, parameter) => batchNorm(conv(x, parameter, "w", 32, same), parameter, "norm"),
    },
    "batch norm over channels that leave a rest": {
      input: [16, 3, 8, 10],
      model: (_, x, parameter) => relu(batchNorm(conv(x, parameter, "w", 26, same), parameter, "norm")[0]),
    },
    "a residual block with batch norm": {
      input: [16, 3, 8, 8],
      model: (graph, x, parameter) => {
        const a = relu(batchNorm(conv(x, parameter, "a", 16, same), parameter, "n")[0]);
        const b = relu(batchNorm(conv(a, parameter, "b", 32, { ...same, stride: 2 }), parameter, "o")[0]);
        const c = batchNorm(conv(b, parameter, "c", 32, same), parameter, "p")[0];
        return relu(graph.op("Add", [c, conv(a, parameter, "d", 32, { kernel: 1, stride: 2, bias: false })]));
      },
    },
    "batch norm of the input itself": { input: [16, 16, 8, 8], model: (_, x, parameter) => conv(batchNorm(x, parameter, "n")[0], parameter, "w", 16, same) },
  };
  for (const [name, test] of Object.entries(nets)) it(name, async () => compareLowerings(test));
});

it("finds a block of 8 or 16 channels where the processor has AVX2 or more", async () => {
  expect([null, 8, 16]).toContain(blockSize);
  if (process.arch === "x64") expect(blockSize).not.toBeNull();
});
