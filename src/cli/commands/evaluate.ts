import path from "node:path";
import { Option, type Command } from "commander";
import { z } from "zod";
import { fromJsonNumber } from "../../common/numbers.js";
import { ensembleEvaluationSchema } from "../../protocol/ensemble.js";
import { splitSchema, type Split } from "../../protocol/evaluation.js";
import { jsonNumberSchema } from "../../protocol/runEvents.js";
import { ensembleText } from "../group/ensembleText.js";
import { storageFolder } from "../locations.js";
import { printJson, printLine } from "../output.js";
import { shortNumber } from "../progressLine.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({
  run: z.string(),
  split: splitSchema,
  step: z.int(),
  examples: z.int(),
  metrics: z.record(z.string(), jsonNumberSchema),
  confusion: z.object({ classes: z.array(z.string()), counts: z.array(z.int()) }).nullable(),
});

interface EvaluateOptions {
  readonly split: Split;
  readonly json?: boolean;
}

export function addEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("evaluate a run's best weights, or an ensemble's averaged predictions")
    .argument("<run>", "the run's folder, or an ensemble's")
    .addOption(new Option("--split <split>", "which data").choices(["train", "validation", "test"]).default("test"))
    .option("--json", "print one JSON object")
    .action(evaluate);
}

async function evaluate(run: string, { split, json }: EvaluateOptions): Promise<void> {
  const result = await runToEnd({ job: "evaluate", run: path.resolve(run), split, storage: storageFolder() }, z.union([ensembleEvaluationSchema, resultSchema]));
  if (json) return printJson(result);
  if ("members" in result) return printLine(ensembleText(result));
  printLine(`${result.split}, ${result.examples} examples, weights of step ${result.step}`);
  for (const [name, value] of Object.entries(result.metrics)) printLine(`  ${name} ${shortNumber(fromJsonNumber(value))}`);
}
