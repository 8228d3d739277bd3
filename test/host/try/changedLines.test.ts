import { describe, expect, it } from "vitest";
import { textEdits } from "../../../src/config/edit/textEdits.js";
import { changedLines } from "../../../src/host/try/changedLines.js";
import type { Edit } from "../../../src/protocol/finding.js";

const text = `data: { train: { generate: blobs } }
model:
  - dense: { units: 8, activation: softmax } # why
  - dropout: 0.9
  - dense: 3
optimizer: { adam: { lr: 1 } }
seed: 0
`;
const shown = (edits: readonly Edit[]) => changedLines(text, textEdits(text, edits)).map(({ kind, text: line }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${line}`);

describe("changedLines", () => {
  it("shows a changed line with those around it", () => {
    expect(shown([{ path: "optimizer.adam.lr", value: 0.001 }])).toEqual(["   - dense: 3", "-optimizer: { adam: { lr: 1 } }", "+optimizer: { adam: { lr: 0.001 } }", " seed: 0"]);
  });

  it("shows lines that go and lines that come", () => {
    expect(shown([{ path: "model[1]", remove: true }])).toEqual(["   - dense: { units: 8, activation: softmax } # why", "-  - dropout: 0.9", "   - dense: 3"]);
    expect(shown([{ path: "training.clip", value: { norm: 1 } }])).toEqual([" seed: 0", "+training: { clip: { norm: 1 } }"]);
  });

  it("shows changes far apart, each line once", () => {
    const lines = shown([{ path: "model[0].dense.activation", remove: true }, { path: "seed", value: 1 }]);
    expect(lines.filter((line) => line.startsWith("-"))).toEqual(["-  - dense: { units: 8, activation: softmax } # why", "-seed: 0"]);
    expect(new Set(lines).size).toBe(lines.length);
  });
});
