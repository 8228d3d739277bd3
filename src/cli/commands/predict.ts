import path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { storageFolder } from "../locations.js";
import { printLine, printText, relative } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({ output: z.string().nullable(), examples: z.int(), csv: z.string().optional() });

export function addPredict(program: Command): void {
  program
    .command("predict")
    .description("predict with a run's best weights, or an ensemble, as CSV")
    .argument("<run>", "the run's folder, or an ensemble's")
    .argument("<data>", "a file like the training data; targets are not needed")
    .option("-o, --output <file>", "where the CSV goes; default: standard output")
    .action(predict);
}

async function predict(run: string, data: string, { output }: { readonly output?: string }): Promise<void> {
  const file = output === undefined ? null : path.resolve(output);
  const result = await runToEnd({ job: "predict", run: path.resolve(run), data: path.resolve(data), output: file, storage: storageFolder() }, resultSchema);
  if (result.csv !== undefined) printText(result.csv);
  else printLine(`${result.examples} predictions in ${relative(result.output ?? "")}`);
}
