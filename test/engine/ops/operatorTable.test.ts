/** Writes docs/operators.md from the operators themselves (`npx vitest run test/engine/ops/operatorTable.test.ts -u`) and fails where it is out of date. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { OperatorDefinition } from "../../../src/engine/ops/defineOperator.js";
import { operators } from "../../../src/engine/ops/registry.js";

const root = path.join(import.meta.dirname, "../../..");
const standard = [...operators.values()].filter(({ domain }) => domain === "").sort((a, b) => (a.op < b.op ? -1 : 1));
const testFolder = "test/engine/ops";
const tests = fs
  .readdirSync(path.join(root, testFolder))
  .filter((name) => name.endsWith(".test.ts") && !name.startsWith("operatorTable"))
  .map((name) => ({ name, text: fs.readFileSync(path.join(root, testFolder, name), "utf8") }));

function isDifferentiable({ gradient }: OperatorDefinition): boolean {
  return typeof gradient !== "string";
}

/** The first test file that names the operator; those of bodies and second uses come last. */
function testOf(op: string): string | null {
  const word = new RegExp(`(?<![A-Za-z])${op}(?![A-Za-z])`);
  const naming = tests.filter(({ text }) => word.test(text));
  return (naming.find(({ name }) => !name.startsWith("controlFlow")) ?? naming[0])?.name ?? null;
}

/** The formula at the head of an operator's file. */
function formulaOf(op: string): string {
  const text = fs.readFileSync(path.join(root, `src/engine/ops/${op}.ts`), "utf8");
  const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport const ${op} =`).exec(text)?.[1] ?? "";
  return comment.replaceAll(/\n \*/g, " ").replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
}

function row(definition: OperatorDefinition): string {
  const { op } = definition;
  const test = testOf(op);
  return `| [${op}](../src/engine/ops/${op}.ts) | ${formulaOf(op)} | ${test === null ? "" : `[${test.replace(".test.ts", "")}](../${testFolder}/${test})`} |`;
}

function table(title: string, definitions: readonly OperatorDefinition[]): string {
  return [`## ${title} (${definitions.length})`, "", "| operator and rule | what it computes | test |", "|---|---|---|", ...definitions.map(row), ""].join("\n");
}

describe("the table of operators", () => {
  const differentiable = standard.filter(isDifferentiable);

  it("has at least 120 differentiable operators of the ONNX standard", () => {
    expect(differentiable.length).toBeGreaterThanOrEqual(120);
  });

  it("has a formula and a test of differences for each", () => {
    for (const { op } of standard) expect(formulaOf(op), op).toMatch(/ONNX \w+-\d+/);
    expect(differentiable.filter(({ op }) => testOf(op) === null).map(({ op }) => op)).toEqual([]);
  });

  it("is the one in the documentation", async () => {
    const constant = standard.filter(({ gradient }) => gradient === "zero");
    const page = [
      "# Operators",
      "",
      "What of the ONNX standard Descent differentiates. Every gradient is compared with differences of the operator as ONNX Runtime computes it; those with layers of",
      "their own in PyTorch also with PyTorch's figures. Generated from the operators' files by `test/engine/ops/operatorTable.test.ts`.",
      "",
      table("Differentiable", differentiable),
      table("Constant almost everywhere: they pass zero", constant),
    ].join("\n");
    await expect(page).toMatchFileSnapshot(path.join(root, "docs/operators.md"));
  });
});
