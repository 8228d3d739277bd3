/** Each check's page tells of files that fail and pass in truth. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { checkIds, type CheckId } from "../../../src/protocol/checks.js";
import { checkPages } from "../../../src/rules/checks/checkPages.js";
import { checks } from "../../../src/rules/checks/registry.js";
import { runLint } from "../../../src/rules/runRules.js";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { backend } from "../../helpers/backend.js";
import { soundFile } from "../datasets.js";

async function statusOf(id: CheckId, text: string): Promise<string> {
  const config = soundFile(text).config!;
  const dataset = await loadDataset(config, { folder: path.join(import.meta.dirname, "../../../examples"), log: () => undefined });
  const { status } = await checks[id]({ config, dataset, backend, provider: "cpu", threads: 1, memory: 2 ** 30, onProgress: () => undefined, log: () => undefined });
  return status;
}

describe.each(checkIds)("%s", (id) => {
  it("fails on its bad example", { timeout: 60_000 }, async () => expect(await statusOf(id, checkPages[id].bad)).toBe("failed"));
  it("passes on its good example", { timeout: 60_000 }, async () => expect(await statusOf(id, checkPages[id].good)).toBe("passed"));
  it("may be silenced in the file without a finding about the setting, and a setting that is none is told at its line", () => {
    const lint = (setting: string) => runLint(parseTrainingFile(`${checkPages[id].good}diagnostics:\n  rules:\n    ${id}: ${setting}\n`, { file: "a.train.yaml" })).filter(({ rule }) => rule === "rule-setting");
    expect(lint("off")).toEqual([]);
    const line = `${checkPages[id].good}diagnostics:\n  rules:\n`.split("\n").length;
    expect(lint("loud")).toMatchObject([{ severity: "warning", range: { start: { line } } }]);
    expect(lint("{ limit: many }")).toMatchObject([{ range: { start: { line } } }]);
  });
});
