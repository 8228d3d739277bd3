import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/config/edit/textEdits.js";
import { rules } from "../../src/rules/registry.js";
import { allFindings } from "./datasets.js";

const named = (findings: readonly { rule: string; severity: string }[]) => findings.map(({ rule }) => rule);
/** Mended by more than edits of what is there: a layer more in a list, other data. */
const withoutFixes = new Set(["order-not-seen", "constant-inputs", "examples-in-two-splits", "few-examples-of-class", "shift-between-splits", "contradictory-labels", "input-outliers"]);
const numbered = (texts: readonly string[]) => texts.map((text, index) => [index + 1, text] as const);

for (const rule of rules.filter(({ looksAt }) => looksAt === "file" || looksAt === "data")) {
  describe(rule.id, () => {
    it.each(numbered(rule.examples.bad))("finds bad example %i", async (_, text) => {
      const findings = await allFindings(text);
      expect(named(findings)).toEqual([rule.id]);
    });

    it.each(numbered(rule.examples.good))("is silent on good example %i", async (_, text) => {
      expect(named((await allFindings(text)).filter(({ severity }) => severity !== "info"))).toEqual([]);
    });

    it.each(numbered(rule.examples.bad))("its fixes mend bad example %i", async (_, text) => {
      const [finding] = await allFindings(text);
      expect(finding.fixes.length > 0 || withoutFixes.has(rule.id)).toBe(true);
      if (finding.fixes.length === 0) return;
      for (const fix of finding.fixes) {
        const mended = await allFindings(applyEdits(text, fix.edits));
        expect(named(mended), fix.title).not.toContain(rule.id);
      }
      expect(named(await allFindings(applyEdits(text, finding.fixes[0].edits))).filter((id) => id !== rule.id)).toEqual([]);
    });
  });
}
