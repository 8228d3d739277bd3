import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { chooseInitializer, initializerSchema } from "../initializers/registry.js";
import { defineLayer } from "./defineLayer.js";

/** y_t = W[x_t]; W is [vocab, dim] */
export const embedding = defineLayer({
  kind: "embedding",
  summary: "A learned vector for each of a number of symbols, which the data give by index.",
  source: "Bengio et al., A Neural Probabilistic Language Model, 2003; PyTorch's Embedding",
  arguments: z.strictObject({
    vocab: z.union([z.int().min(1), z.enum(["auto"])]).default("auto").describe("Number of symbols; the data hold 0 to vocab - 1. auto: as many as the data's largest index asks for."),
    dim: z.int().min(1).describe("Length of a vector."),
    init: initializerSchema.default({ normal: 1 }).describe("Initialiser of the vectors."),
  }),
  shapes(args, { shape }) {
    if (shape.length > 1) throw new DescentError("shape-mismatch", `embedding reads sequences of indices, [time]; its input has shape [${shape.join(", ")}].`);
    if (args.vocab === "auto") throw new DescentError("embedding-indices", "vocab: auto is counted in the data, and this embedding does not read them: write how many symbols there are.");
    const weight = { name: "weight", shape: [args.vocab, args.dim], role: "weight" as const, init: chooseInitializer(args.init), fanIn: args.vocab, fanOut: args.dim, outputAxis: 0 };
    return { input: shape, output: [...shape, args.dim], parameters: [weight], operations: 0 };
  },
  build: (_, x, { parameter }) => x.builder.op("Gather", [parameter("weight"), x.builder.op("Cast", [x], { to: 7 })], { axis: 0 }),
});
