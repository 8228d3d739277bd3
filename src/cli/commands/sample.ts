import path from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { integerFrom } from "../input.js";
import { printJson, printText } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({ model: z.string(), text: z.string() });

interface SampleOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function addSample(program: Command): void {
  program
    .command("sample")
    .description("let a language model write, with a run's best weights")
    .argument("<run>", "the run's folder, or an exported model")
    .option("--prompt <text>", "what the text begins with", "")
    .option("--length <n>", "tokens to write", integerFrom(1), 400)
    .option("--temperature <t>", "below 1 likelier, above 1 more varied; 0: always the likeliest", temperature, 0.8)
    .option("--top-k <k>", "draw from the so many likeliest tokens", integerFrom(1))
    .option("--seed <n>", "seed of the draws", integerFrom(0), 0)
    .option("--json", "print one JSON object")
    .action(sample);
}

async function sample(run: string, { json, topK, ...options }: SampleOptions): Promise<void> {
  const result = await runToEnd({ job: "sample", run: path.resolve(run), ...options, topK: topK ?? null }, resultSchema);
  if (json) printJson(result);
  else printText(result.text.endsWith("\n") ? result.text : `${result.text}\n`);
}

function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError("a number from 0 on is needed.");
  return value;
}
