/** The examples of rules that look at runs, trained: what a page shows is found, and not found, in truth. */
import path from "node:path";
import { expect, it } from "vitest";
import { createTrainer } from "../../src/engine/training/trainer.js";
import { loadDataset } from "../../src/files/loadDataset.js";
import type { Finding } from "../../src/protocol/finding.js";
import { runGroupRules } from "../../src/rules/groups/runGroupRules.js";
import { LiveRules } from "../../src/rules/liveRules.js";
import { rules } from "../../src/rules/registry.js";
import { runDataRules, runLint } from "../../src/rules/runRules.js";
import { searchFindings } from "../../src/rules/search/searchFindings.js";
import { backend } from "../helpers/backend.js";
import { soundFile } from "./datasets.js";

const folder = path.join(import.meta.dirname, "../../examples");

/** Trains a file; gives what is told of file, data and run, and the metrics at the end. */
async function train(text: string): Promise<{ readonly findings: readonly Finding[]; readonly metrics: Readonly<Record<string, number>>; readonly validationExamples: number; readonly failed: boolean }> {
  const parsed = soundFile(text);
  const config = parsed.config!;
  const dataset = await loadDataset(config, { folder, log: () => undefined });
  const trainer = await createTrainer({ config, dataset, backend, provider: "cpu", tuning: { threads: 1, chunkSteps: 20, lowering: "plain" }, fixedChunks: true, resume: null, log: () => undefined });
  try {
    const live = new LiveRules(parsed, dataset, trainer.plan);
    const findings: Finding[] = [...runLint(parsed), ...runDataRules(parsed, dataset)];
    let metrics: Readonly<Record<string, number>> = {};
    for (;;) {
      const event = await trainer.next();
      if (event.kind === "end") return { findings: [...findings, ...live.end()], metrics, validationExamples: dataset.splits.validation.length, failed: event.status === "failed" };
      if (event.kind === "steps") findings.push(...live.pushChunk(event));
      if (event.kind !== "evaluation") continue;
      if (event.split === "validation") metrics = Object.fromEntries(Object.entries(event.metrics).map(([name, value]) => [`validation/${name}`, value]));
      findings.push(...live.pushEvaluation(event));
    }
  } finally {
    await trainer.dispose();
  }
}

const named = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);
const loud = (findings: readonly Finding[]): string[] => named(findings.filter(({ severity }) => severity !== "info"));
const ofKind = (kind: string) => rules.filter(({ looksAt }) => looksAt === kind).map((rule) => [rule.id, rule.examples] as const);

/** Told of a slow disk's photographs, and of a curvature that the trainer alone does not measure: test/rules/live/curvature.test.ts, test/cli/curvature.test.ts. */
const elsewhere = new Set(["data-waiting", "unstable-curvature"]);

it("all examples of runs are sound files", () => {
  for (const [id, { bad, good }] of ofKind("run")) for (const text of [...bad, ...good]) expect(soundFile(text).problems, id).toEqual([]);
});

it.each(ofKind("run").filter(([id]) => !elsewhere.has(id)))("a run of %s's examples is told it, and is not", { timeout: 60_000 }, async (id, { bad, good }) => {
  for (const text of bad) expect(named((await train(text)).findings)).toContain(id);
  for (const text of good) {
    const { findings } = await train(text);
    expect(named(findings)).not.toContain(id);
    expect(loud(findings)).toEqual([]);
  }
});

/** The findings of a file with `repeat`, its seeds trained. */
async function groupFindings(text: string): Promise<readonly Finding[]> {
  const parsed = soundFile(text.replace(/^repeat: .*\n/m, ""));
  const runs = [];
  for (let seed = 0; seed < Number(/^repeat: (\d+)/m.exec(text)![1]); seed += 1) {
    const { metrics, validationExamples, failed } = await train(`${text.replace(/^repeat: .*\n/m, "")}seed: ${seed}\n`);
    runs.push({ label: `seed ${seed}`, metrics, failed, validationExamples });
  }
  return runGroupRules(parsed, { kind: "seeds", runs });
}

it.each(ofKind("runs"))("the seeds of %s's examples are told it, and are not", { timeout: 60_000 }, async (id, { bad, good }) => {
  for (const text of bad) expect(named(await groupFindings(text))).toContain(id);
  for (const text of good) expect(named(await groupFindings(text))).not.toContain(id);
});

/** The findings of a search over one list of numbers, each trained; the winner again from three more seeds. */
async function foundBySearch(text: string): Promise<readonly Finding[]> {
  const parsed = soundFile(text);
  const [setting] = parsed.search!.space;
  if (setting.range.kind !== "choice") throw new Error("a list is expected");
  const plain = (value: string, seed: number): string => text.replace(/^search: .*\n/m, "").replace(/lr: [\d.e-]+/, `lr: ${value}`) + `seed: ${seed}\n`;
  const valueOf = async (value: string, seed: number): Promise<number> => (await train(plain(value, seed))).metrics["validation/loss"];
  const trials = [];
  for (const [trial, value] of setting.range.labels.entries()) trials.push({ trial, settings: { [setting.path]: Number(value) }, value: await valueOf(value, 0) });
  trials.sort((a, b) => a.value - b.value);
  const winner = String(trials[0].settings[setting.path]);
  const confirmations = [];
  for (const seed of [1, 2, 3]) confirmations.push(await valueOf(winner, seed));
  return searchFindings(parsed, { metric: "validation/loss", lowerIsBetter: true, trials, confirmations });
}

it.each(ofKind("search"))("a search of %s's examples is told it, and is not", { timeout: 60_000 }, async (id, { bad, good }) => {
  for (const text of bad) expect(named(await foundBySearch(text))).toContain(id);
  for (const text of good) expect(named(await foundBySearch(text))).not.toContain(id);
});
