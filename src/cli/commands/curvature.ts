import path from "node:path";
import { Option, type Command } from "commander";
import { z } from "zod";
import { formatCount, formatValue } from "../../common/format.js";
import { curvatureSchema, curvatureSentences, landscapeOf, ratioOf } from "../../protocol/curvature.js";
import type { Finding } from "../../protocol/finding.js";
import { integerFrom } from "../input.js";
import { storageFolder } from "../locations.js";
import { findingText, printJson, printLine } from "../output.js";
import { runToEnd } from "../runToEnd.js";

interface CurvatureOptions {
  readonly examples: number;
  readonly products: number;
  readonly format: "text" | "json";
}

export function addCurvature(program: Command): void {
  program
    .command("curvature")
    .description("how much the loss bends: largest and smallest curvature by Lanczos on Hessian-vector products, minimum or saddle, and the largest stable learning rate")
    .argument("<source>", "a run's folder (its newest checkpoint; the run may still train), or a training file (its initial weights)")
    .option("--examples <n>", "of the training split, at most", integerFrom(2), 1024)
    .option("--products <n>", "Hessian-vector products, at most", integerFrom(2), 60)
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(curvature);
}

async function curvature(source: string, { examples, products, format }: CurvatureOptions): Promise<void> {
  const json = format === "json";
  const onFinding = (finding: Finding): void => (json ? printJson({ event: "finding", ...finding }) : printLine(findingText(finding)));
  const { curvature: figures } = await runToEnd({ job: "curvature", source: path.resolve(source), storage: storageFolder(), examples, products, rules: {} }, z.object({ curvature: curvatureSchema }), { onFinding });
  const ratio = ratioOf(figures);
  const landscape = landscapeOf(figures);
  if (json) {
    const { largestError, smallestError, stableRate, rate, ...rest } = figures;
    return printJson({ event: "curvature", ...rest, largest_error: largestError, smallest_error: smallestError, ratio, landscape, learning_rate: rate, stable_rate: stableRate });
  }
  printLine(`step ${figures.step}: largest ${formatValue(figures.largest)}, smallest ${formatValue(figures.smallest)}, ratio ${ratio === null ? "beyond measure" : formatValue(ratio)}, ${landscape} (${formatCount(figures.examples)} examples, ${figures.products} products)`);
  for (const sentence of curvatureSentences(figures)) printLine(sentence);
}
