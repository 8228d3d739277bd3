import path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { printLine, relative } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({ output: z.string(), step: z.int(), bytes: z.int(), members: z.int().optional() });

interface ExportOptions {
  readonly output: string;
  readonly softmax?: boolean;
  readonly scaling?: boolean;
}

export function addExport(program: Command): void {
  program
    .command("export")
    .description("write a run's best weights, or an ensemble, as a plain ONNX model")
    .argument("<run>", "the run's folder, or an ensemble's")
    .option("-o, --output <file>", "where the model goes", "model.onnx")
    .option("--softmax", "probabilities out instead of logits")
    .option("--scaling", "raw inputs in, targets in their own unit out")
    .action(exportModel);
}

async function exportModel(run: string, { output, softmax = false, scaling = false }: ExportOptions): Promise<void> {
  const job = { job: "export", run: path.resolve(run), output: path.resolve(output), softmax, scaling } as const;
  const result = await runToEnd(job, resultSchema);
  if (result.members !== undefined) return printLine(`${relative(result.output)}: ${result.members} members as one model, ${result.bytes.toLocaleString("en")} bytes`);
  printLine(`${relative(result.output)}: weights of step ${result.step}, ${result.bytes.toLocaleString("en")} bytes`);
}
