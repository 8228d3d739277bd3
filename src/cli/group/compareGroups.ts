/** `descent compare` of two repeats: whether they differ by more than the luck of their seeds. */
import { toJsonNumber } from "../../common/numbers.js";
import { compareMetrics, type MetricComparison } from "../../common/statistics/compareMetrics.js";
import { DescentError } from "../../common/errors.js";
import { readGroup } from "../../runs/groupFile.js";
import { endedRuns } from "../../trials/group/summarizeGroup.js";
import { printJson, printLine, relative } from "../output.js";
import { shortNumber } from "../progressLine.js";

/** Compares the runs of two groups' folders, metric by metric, by Welch's test. Throws `too-few-runs` where one has fewer than two good runs. */
export async function compareGroups([a, b]: readonly string[], json: boolean): Promise<void> {
  const [first, second] = await Promise.all([a, b].map(goodRuns));
  for (const comparison of compareMetrics(first, second)) {
    if (json) printJson(comparisonObject(comparison));
    else printLine(comparisonText(comparison));
  }
  if (!json) printLine(`first: ${relative(a)}, ${first.length} runs; second: ${relative(b)}, ${second.length} runs. Welch's test, 5 %.`);
}

async function goodRuns(folder: string): Promise<Readonly<Record<string, number>>[]> {
  const good = (await endedRuns(folder, await readGroup(folder))).filter(({ failed }) => !failed).map(({ metrics }) => metrics);
  if (good.length < 2) throw new DescentError("too-few-runs", `${relative(folder)} has ${good.length} run${good.length === 1 ? "" : "s"} that ended well: a comparison needs two or more.`, { file: folder });
  return good;
}

/** A comparison of `descent compare --json`. */
export function comparisonObject({ metric, a, b, difference, interval, t, freedom, p, verdict }: MetricComparison): Record<string, unknown> {
  const number = toJsonNumber;
  const group = ({ n, mean, deviation }: MetricComparison["a"]) => ({ n, mean: number(mean), deviation: number(deviation) });
  return { event: "comparison", metric, a: group(a), b: group(b), difference: number(difference), interval, t: number(t), degrees_of_freedom: number(freedom), p: number(p), verdict };
}

/** A comparison as a line. */
export function comparisonText({ metric, a, b, difference, interval, t, freedom, p, verdict }: MetricComparison): string {
  const words = { differs: "differ by more than chance", chance: "may differ by chance alone", unknown: "cannot be compared" }[verdict];
  const figures = verdict === "unknown" ? "" : `: ${shortNumber(difference)}${interval === null ? "" : ` (95 %: ${shortNumber(interval[0])} to ${shortNumber(interval[1])})`}, t ${shortNumber(t)}, ${shortNumber(freedom)} degrees of freedom, p ${shortNumber(p)}`;
  return `${metric}  ${shortNumber(a.mean)} ± ${shortNumber(a.deviation)} and ${shortNumber(b.mean)} ± ${shortNumber(b.deviation)} ${words}${figures}`;
}
