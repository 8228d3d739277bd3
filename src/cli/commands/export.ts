import path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { printLine, relative } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({ output: z.string(), step: z.int(), bytes: z.int() });

interface ExportOptions {
  readonly output: string;
  readonly softmax?: boolean;
  readonly scaling?: boolean;
}

export function addExport(program: Command): void {
  program
    .command("export")
    .description("write a run's best weights as a plain ONNX model")
    .argument("<run>", "the run's folder")
    .option("-o, --output <file>", "where the model goes", "model.onnx")
    .option("--softmax", "probabilities out instead of logits")
    .option("--scaling", "raw inputs in, targets in their own unit out")
    .action(exportModel);
}

async function exportModel(run: string, { output, softmax = false, scaling = false }: ExportOptions): Promise<void> {
  const job = { job: "export", run: path.resolve(run), output: path.resolve(output), softmax, scaling } as const;
  const result = await runToEnd(job, resultSchema);
  printLine(`${relative(result.output)}: weights of step ${result.step}, ${result.bytes.toLocaleString("en")} bytes`);
}
