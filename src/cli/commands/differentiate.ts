import path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { printLine, relative } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({ output: z.string(), gradients: z.array(z.string()) });

interface DifferentiateOptions {
  readonly output: string;
  readonly loss?: string;
  readonly wrt?: readonly string[];
}

export function addDifferentiate(program: Command): void {
  program
    .command("differentiate")
    .description("write an ONNX model with its gradients as further outputs")
    .argument("<model>", "the ONNX model")
    .requiredOption("-o, --output <file>", "where the new model goes")
    .option("--loss <name>", "the output to differentiate; default: the first with one element")
    .option("--wrt <names>", "tensors to differentiate by, comma-separated; default: every float initializer", splitNames)
    .action(differentiate);
}

function splitNames(names: string): string[] {
  return names.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

async function differentiate(model: string, { output, loss, wrt }: DifferentiateOptions): Promise<void> {
  const job = { job: "differentiate", model: path.resolve(model), output: path.resolve(output), loss: loss ?? null, wrt: wrt ? [...wrt] : null } as const;
  const result = await runToEnd(job, resultSchema);
  printLine(`${relative(result.output)}: ${result.gradients.length} gradients`);
}
