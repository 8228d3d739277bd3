import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { toJsonNumber } from "../../common/numbers.js";
import { compareRuns, type ComparedRun, type RunComparison } from "../../comparison/comparison.js";
import { compareSeeds, type SeedComparison } from "../../comparison/compareSeeds.js";
import { readComparedRuns } from "../../comparison/readComparedRun.js";
import { isGroupFolder } from "../../runs/groupFile.js";
import { partsOf, readWhole } from "../../trials/wholes.js";
import { comparisonObject, comparisonText, compareGroups } from "../group/compareGroups.js";
import { printJson, printLine, relative } from "../output.js";
import { duration, shortNumber } from "../progressLine.js";

/** Columns of text that a cell takes at most. */
const widest = 28;

export function addCompare(program: Command): void {
  program
    .command("compare")
    .description("runs side by side: what differs in their files, and what came of it")
    .argument("<runs...>", "folders of runs, ours or with logs of others; of two repeats, or several seeds of each: whether they differ by more than chance")
    .option("--json", "print one JSON object a line")
    .action(async (names: readonly string[], options: { readonly json?: boolean }) => {
      if (names.length === 2 && names.every((name) => isGroupFolder(path.resolve(name)))) return compareGroups(names.map((name) => path.resolve(name)), options.json === true);
      const runs: ComparedRun[] = [];
      for (const folder of (await Promise.all(names.map((name) => runFoldersOf(path.resolve(name))))).flat()) runs.push(...(await readComparedRuns(folder)));
      if (runs.length < 2) throw new DescentError("wrong-usage", "A comparison needs two runs or more.");
      const comparison = compareRuns(runs);
      if (options.json) printObjects(comparison);
      else printTable(comparison);
      for (const seeds of compareSeeds(runs)) printSeeds(seeds, options.json === true);
    });
}

/** A run's folder, or those of the runs of a search, a repeat or an ensemble, as far as they have begun. */
async function runFoldersOf(folder: string): Promise<string[]> {
  const whole = await readWhole(folder);
  return whole === null ? [folder] : (await partsOf(whole)).flatMap((part) => (fs.existsSync(part.folder) ? [part.folder] : []));
}

/** Where there are several seeds of each: whether they differ by more than chance. */
function printSeeds({ a, b, metrics }: SeedComparison, json: boolean): void {
  if (json) {
    for (const metric of metrics) printJson({ ...comparisonObject(metric), first: a.runs.map(({ run }) => run), second: b.runs.map(({ run }) => run) });
    return;
  }
  printLine(`\n${a.label} (${a.runs.length} seeds) and ${b.label} (${b.runs.length} seeds), Welch's test, 5 %:`);
  for (const metric of metrics) printLine(`  ${comparisonText(metric)}`);
}

/** An object a run, one a setting that differs, one a metric; values in the order of the runs. */
function printObjects({ runs, differences, metrics }: RunComparison): void {
  for (const { run, manifest: { name, state, seed, step, seconds, best } } of runs) printJson({ event: "run", run, name, state, seed, step, seconds, best });
  for (const { path: at, values } of differences) printJson({ event: "difference", path: at, values: values.map((value) => (value === null ? null : (JSON.parse(value) as unknown))) });
  for (const { metric, values, best } of metrics) printJson({ event: "metric", metric, values: values.map((value) => (value === null ? null : toJsonNumber(value))), best });
}

/** Runs as columns; the best value of a metric is marked with a star. */
function printTable({ runs, differences, metrics }: RunComparison): void {
  const rows: string[][] = [
    ["", ...runs.map(({ run, manifest }) => (manifest.origin === undefined ? manifest.id : relative(run)))],
    ["state", ...runs.map(({ manifest }) => manifest.state)],
    ["steps", ...runs.map(({ manifest }) => String(manifest.step))],
    ["time", ...runs.map(({ manifest }) => duration(manifest.seconds))],
    ...differences.map(({ path: at, values }) => [at, ...values.map((value) => value ?? "")]),
    ...metrics.map(({ metric, values, best }) => [metric, ...values.map((value, i) => (value === null ? "" : `${shortNumber(value)}${best.includes(i) ? " *" : ""}`))]),
  ];
  const cut = (text: string) => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => cut(row[column]).length)));
  for (const row of rows) printLine(row.map((text, column) => cut(text).padEnd(widths[column])).join("  ").trimEnd());
  if (differences.length === 0 && runs.every(({ settings }) => settings.size > 0)) printLine("Their files are the same.");
}
