import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/config/edit/textEdits.js";
import { ruleOf } from "../../src/rules/registry.js";
import { allFindings } from "./datasets.js";

const examples = path.join(import.meta.dirname, "..", "..", "examples");
const filesOf = (folder: string) => fs.readdirSync(folder).filter((name) => /\.train\.(yaml|json)$/.test(name)).map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8"), folder] as const);

describe("examples/broken", () => {
  const files = filesOf(path.join(examples, "broken"));

  it("has one for each rule that looks at file and data", () => expect(files.length).toBeGreaterThanOrEqual(11));

  it.each(files)("%s shows its own finding and no other", async (_, text, folder) => {
    const id = /^# Shows[^:]*: ([a-z-]+)/.exec(text)?.[1] ?? "";
    expect(ruleOf(id)?.id).toBe(id);
    const findings = await allFindings(text, folder);
    expect(findings.map(({ rule }) => rule)).toEqual(ruleOf(id)?.looksAt === "run" ? [] : [id]);
    if (findings.length === 0) return;
    const [{ fixes }] = findings;
    expect(await allFindings(applyEdits(text, fixes[0].edits), folder), "after its first fix").toEqual([]);
  });
});

describe("examples", () => {
  it.each(filesOf(examples))("%s is silent", async (_, text, folder) => expect(await allFindings(text, folder)).toEqual([]));
});
