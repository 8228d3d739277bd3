import { z } from "zod";
import { activate, activationName, weightInit, weightedArguments } from "./arguments.js";
import { defineLayer } from "./defineLayer.js";
import { chooseInitializer } from "../initializers/registry.js";

/** y = f(x W + b) over the last axis; W is [in, units] */
export const dense = defineLayer({
  kind: "dense",
  summary: "Fully connected: every unit sees every value of the last axis.",
  main: "units",
  arguments: z.strictObject({
    units: z.int().min(1).describe("Number of outputs."),
    ...weightedArguments,
  }),
  activation: activationName,
  shapes(args, { shape, defaultInit }) {
    const width = shape[shape.length - 1];
    const positions = shape.slice(0, -1).reduce((product, dim) => product * dim, 1);
    const fans = { fanIn: width, fanOut: args.units, outputAxis: 1 };
    const weight = { name: "weight", shape: [width, args.units], role: "weight" as const, init: weightInit(args, defaultInit), ...fans };
    const bias = { name: "bias", shape: [args.units], role: "bias" as const, init: chooseInitializer(args.bias_init), ...fans, outputAxis: 0 };
    return {
      input: shape,
      output: [...shape.slice(0, -1), args.units],
      parameters: args.bias ? [weight, bias] : [weight],
      operations: positions * width * args.units,
    };
  },
  build(args, x, { parameter }) {
    const graph = x.builder;
    const weight = parameter("weight");
    if (x.rank === 2) return activate(graph.op("Gemm", args.bias ? [x, weight, parameter("bias")] : [x, weight]), args.activation);
    const product = graph.op("MatMul", [x, weight]);
    return activate(args.bias ? graph.op("Add", [product, parameter("bias")]) : product, args.activation);
  },
});
