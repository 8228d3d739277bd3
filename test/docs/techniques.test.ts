/** The page of techniques: current, with tests that exist and keys that the training file has. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { missingTests, techniquesPage } from "../../scripts/techniques.mjs";
import { sections } from "../../scripts/techniquesTable.mjs";
import { parsePath } from "../../src/config/path.js";
import { schemasAt } from "../../src/config/schema/navigate.js";
import { layers } from "../../src/engine/layers/registry.js";
import { losses } from "../../src/engine/losses/registry.js";
import { optimizers } from "../../src/engine/optimizers/registry.js";
import { schedules } from "../../src/engine/schedules/registry.js";

const root = path.join(import.meta.dirname, "../..");
const all = sections.flatMap(({ techniques }) => techniques);

describe("docs/techniques.md", () => {
  it("is current (if not: node scripts/techniques.mjs)", () => {
    expect(fs.readFileSync(path.join(root, "docs/techniques.md"), "utf8")).toBe(techniquesPage());
  });

  it("names tests that exist", () => {
    expect(missingTests()).toEqual([]);
  });

  it("says of each built technique what it is compared with, and of others nothing", () => {
    for (const { name, tests, reference, keys } of all) {
      expect(reference !== "", name).toBe(tests.length > 0);
      if (tests.length === 0) expect(keys, name).toEqual([]);
    }
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it("names keys that the training file has", () => {
    const keys = all.flatMap((technique) => technique.keys);
    expect(keys.filter((key) => schemasAt(parsePath(key) ?? []).length === 0)).toEqual([]);
  });

  it.each([["layers", layers, "model[0]."], ["losses", losses, "loss."], ["optimizers", optimizers, "optimizer."], ["schedules", schedules, "schedule."]] as const)("has every one of the %s", (_, table, prefix) => {
    const keys = all.flatMap((technique) => technique.keys);
    const plain = new Set(["constant", "linear"]); // the absence of a schedule, of an activation
    expect([...table.keys()].filter((kind) => !plain.has(kind) && !keys.some((key) => key === `${prefix}${kind}` || key.startsWith(`${prefix}${kind}.`)))).toEqual([]);
  });
});
