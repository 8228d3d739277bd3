import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { rulePages, ruleText } from "../../src/rules/pages.js";
import { rules } from "../../src/rules/registry.js";

const root = path.join(import.meta.dirname, "..", "..");

it("media/rules holds the pages of the rules that there are (node scripts/rulePages.mjs writes them)", () => {
  const written = fs.readdirSync(path.join(root, "media", "rules")).map((name) => `media/rules/${name}`);
  const pages = rulePages();
  expect(written.sort()).toEqual([...pages.keys()].sort());
  for (const [page, text] of pages) expect(fs.readFileSync(path.join(root, page), "utf8").replaceAll("\r\n", "\n"), page).toBe(text);
});

it("every rule says why, what to do, and its sources", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const rule of rules) {
    expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(rule.title, rule.id).not.toMatch(/[.!]$/);
    expect(rule.sources.length, rule.id).toBeGreaterThan(0);
    for (const schema of Object.values(rule.options.shape)) expect((schema as { description?: string }).description, rule.id).toBeTruthy();
  }
});

it("every rule's page says what, why, what to do, shows a file that is found and one that is not, and gives settings and sources", () => {
  const pages = rulePages();
  for (const { id, title, why, what, sources, options } of rules) {
    const page = pages.get(`media/rules/${id}.md`) ?? "";
    for (const part of [`# ${title}\n`, `## Why\n\n${why}`, `## What to do\n\n${what}`, "## Example\n\nFound:\n\n```yaml\n", "Not found:\n\n```yaml\n", `    ${id}: off`, "## Sources\n\n- "]) expect(page, `${id}: ${part}`).toContain(part);
    for (const source of sources) expect(page, id).toContain(source);
    for (const option of Object.keys(options.shape)) expect(page, id).toContain(`- \`${option}\``);
  }
});

it("the command line's text is the page's without its marks", () => {
  expect(ruleText("softmax-before-cross-entropy")).toMatch(/^Softmax applied twice\n[^]*Why\n\ncross_entropy computes softmax itself/);
  expect(ruleText("nonsense")).toBe(null);
});
