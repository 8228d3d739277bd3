import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { activationEvents, capabilities, commands, contributes, isTrainingFile } from "../src/contributions.js";

const root = path.dirname(import.meta.dirname);
const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
/** What JSON keeps of a value (no undefined keys). */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("package.json", () => {
  it("is current (if not: node scripts/contributes.mjs)", () => {
    expect(manifest.contributes).toEqual(asJson(contributes()));
    expect(manifest.activationEvents).toEqual(activationEvents);
    expect(manifest.capabilities).toEqual(asJson(capabilities));
  });

  it("names icons that exist", () => {
    for (const icon of [manifest.contributes.viewsContainers.activitybar[0].icon, manifest.contributes.views.descent[0].icon]) {
      expect(fs.existsSync(path.join(root, icon)), icon).toBe(true);
    }
  });
});

describe("commands", () => {
  it("have ids of their own, and say when they can be run unless they always can", () => {
    const ids = Object.values(commands).map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const always = Object.values(commands).filter((command) => !("enablement" in command)).map((command) => command.id);
    expect(always).toEqual(["descent.openLogs", "descent.refreshRuns", "descent.showLog", "descent.showStep", "descent.showRule"]);
  });

  it("come first in the palette when their title is typed in full", () => {
    const words = (title: string) => title.toLowerCase().replace("...", "").split(/[\s()]+/).filter(Boolean);
    /** As the palette matches: each typed word is the start of a later word of the title. */
    const matches = (typed: string, title: string) => {
      let at = 0;
      return words(typed).every((word) => {
        while (at < words(title).length && !words(title)[at].startsWith(word)) at += 1;
        return at++ < words(title).length;
      });
    };
    const titles = Object.values(commands).map(({ title }) => title as string);
    for (const title of titles) expect(titles.filter((other) => matches(title, other)).sort((a, b) => a.localeCompare(b))[0]).toBe(title);
  });
});

describe("isTrainingFile", () => {
  it("goes by the name's end", () => {
    expect(["/a/b.train.yaml", "b.train.json"].every(isTrainingFile)).toBe(true);
    expect(["train.yaml", "/a/b.train.yml", "b.train.yaml.bak", "btrain.json"].some(isTrainingFile)).toBe(false);
  });
});
