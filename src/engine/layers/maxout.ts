import { z } from "zod";
import { chooseInitializer } from "../initializers/registry.js";
import { defaultInitBefore, weightedArguments, weightInit } from "./arguments.js";
import { defineLayer } from "./defineLayer.js";

const { bias, init, bias_init, drop_connect, max_norm, l1, l2, activity_l1, activity_l2 } = weightedArguments;

/** y_u = max over pieces p of (x W + b)_(u, p), over the last axis; W is [in, units pieces] */
export const maxout = defineLayer({
  kind: "maxout",
  summary: "Every unit is the largest of several linear functions of its inputs.",
  main: "units",
  source: "Goodfellow et al., Maxout Networks, 2013",
  arguments: z.strictObject({
    units: z.int().min(1).describe("Number of outputs."),
    pieces: z.int().min(2).default(2).describe("Linear functions a unit."),
    bias, init, bias_init, drop_connect, max_norm, l1, l2, activity_l1, activity_l2,
  }),
  activation: () => "maxout",
  shapes(args, { shape }) {
    const width = shape[shape.length - 1];
    const columns = args.units * args.pieces;
    const positions = shape.slice(0, -1).reduce((product, dim) => product * dim, 1);
    const fans = { fanIn: width, fanOut: args.units };
    const weight = { name: "weight", shape: [width, columns], role: "weight" as const, init: weightInit({ ...args, activation: "linear" }, defaultInitBefore("relu")), ...fans, outputAxis: 1 };
    const offset = { name: "bias", shape: [columns], role: "bias" as const, init: chooseInitializer(args.bias_init), ...fans, outputAxis: 0 };
    return { input: shape, output: [...shape.slice(0, -1), args.units], parameters: args.bias ? [weight, offset] : [weight], operations: positions * width * columns };
  },
  build(args, x, { parameter, output }) {
    const graph = x.builder;
    const product = graph.op("MatMul", [x, parameter("weight")]);
    const linear = args.bias ? graph.op("Add", [product, parameter("bias")]) : product;
    return graph.op("ReduceMax", [graph.op("Reshape", [linear, graph.ints([-1, ...output, args.pieces])]), graph.ints([-1])], { keepdims: 0 });
  },
});
