/** Every rule and every check can be silenced, in the file and in the settings, and an option of the wrong type is told. */
import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { checkIds } from "../../src/protocol/checks.js";
import { lintRules } from "../../src/rules/lint/registry.js";
import { rules } from "../../src/rules/registry.js";
import { runLint } from "../../src/rules/runRules.js";
import { settingOf, settingReports } from "../../src/rules/settings.js";

const fileWith = (setting: string) => parseTrainingFile(`data: { train: { generate: two_moons } }\nmodel: [{ dense: 2 }]\ndiagnostics:\n  rules:\n    ${setting}\n`, { file: "a.train.yaml" });
const ids = [...new Set([...rules.map(({ id }) => id), ...checkIds])];

describe.each(ids)("%s", (id) => {
  it("takes off and every severity in the file, without a word", () => {
    for (const word of ["off", "info", "warning", "error"]) {
      const parsed = fileWith(`${id}: ${word}`);
      expect(parsed.problems).toEqual([]);
      expect(settingReports(rules, parsed.config!.diagnostics.rules, true)).toEqual([]);
    }
  });

  it("what is none is told, in the file at its place and in the settings", () => {
    for (const wrong of ["loud", 3, [1], null]) {
      const inFile = settingReports(rules, { [id]: wrong }, true);
      expect(inFile.length, JSON.stringify(wrong)).toBeGreaterThan(0);
      for (const { at } of inFile) expect(at.startsWith(`diagnostics.rules.${id}`)).toBe(true);
      for (const { message } of settingReports(rules, { [id]: wrong }, false)) expect(message).toMatch(/^In the editor's settings: /);
    }
  });
});

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  it("is off by the file over the settings, and by the settings alone", () => {
    expect(settingOf(rule, { [id]: "off" }, { [id]: "error" }).off).toBe(true);
    expect(settingOf(rule, {}, { [id]: "off" }).off).toBe(true);
    expect(settingOf(rule, { [id]: "info" }, { [id]: "off" })).toMatchObject({ off: false, severity: "info" });
  });

  it("tells an option that it does not have, and one of the wrong type, and keeps its own", () => {
    expect(settingReports(rules, { [id]: { no_such_option: 1 } }, true)).toMatchObject([{ at: `diagnostics.rules.${id}.no_such_option` }]);
    for (const option of Object.keys(rule.options.shape)) {
      expect(settingReports(rules, { [id]: { [option]: { wrong: true } } }, true)[0]?.at).toMatch(new RegExp(`^diagnostics\\.rules\\.${id}\\.${option}`));
      expect(settingOf(rule, { [id]: { [option]: { wrong: true } } }).options).toEqual(rule.options.parse({}));
    }
  });
});

describe.each(lintRules.map((rule) => [rule.id, rule.examples.bad[0]] as const))("%s", (id, bad) => {
  it("is silenced by a comment on the line before, by the file's section and by the settings", () => {
    const parsed = parseTrainingFile(bad, { file: "a.train.yaml" });
    const finding = runLint(parsed).find(({ rule }) => rule === id)!;
    const { line } = finding.range!.start;
    const lines = bad.split("\n");
    const commented = [...lines.slice(0, line - 1), `# descent-disable-next-line ${id} -- on purpose`, ...lines.slice(line - 1)].join("\n");
    const again = parseTrainingFile(commented, { file: "a.train.yaml" });
    expect(runLint(again).filter(({ rule }) => rule === id)).toEqual([]);
    expect(runLint(parsed, { [id]: "off" }).filter(({ rule }) => rule === id)).toEqual([]);
  });
});
