import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";
import { outlineOfConfig } from "../../../src/engine/training/problem.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { withModelFiles } from "../../../src/files/loadModelFiles.js";
import { currentOutline, hintsOf } from "../../../src/host/editor/hints/hintsOf.js";
import type { ModelOutline } from "../../../src/protocol/outline.js";
import { readFileSync } from "node:fs";

const parse = (text: string) => parseTrainingFile(text, { file: "a.train.yaml" });
const all = { outputShape: true, parameters: true, operations: true };
const images: ModelOutline = { inputShape: [1, 28, 28], layers: [] };
const lenet = `data: { train: a.npz }
model:
  - conv2d: { filters: 16, kernel: 5 } # first
  - max_pool: 2
  - flatten
  - dense: 10
`;

/** Line and label of each hint. */
function hints(text: string, known = images, parts = all): string[] {
  const parsed = parse(text);
  const outline = currentOutline(parsed, known);
  return outline === null ? [] : hintsOf(parsed, outline, parts).map(({ position, label }) => `${position.line} ${label}`);
}

describe("hints", () => {
  it("say shape, parameters and operations behind each layer, before its comment", () => {
    expect(hints(lenet)).toEqual([
      "3 → 16 × 24 × 24 · 416 params · 230 k ops",
      "4 → 16 × 12 × 12",
      "5 → 2,304",
      "6 → 10 · 23.1 k params · 23.0 k ops",
    ]);
    const [{ position, tooltip }] = hintsOf(parse(lenet), currentOutline(parse(lenet), images)!, all);
    expect(lenet.split("\n")[2].slice(0, position.column - 1)).toBe("  - conv2d: { filters: 16, kernel: 5 }");
    expect(tooltip).toContain("reads 1 × 28 × 28, gives 16 × 24 × 24");
  });

  it("follow the text while it is typed, and are silent where it fits nothing", () => {
    expect(hints(lenet.replace("dense: 10", "dense: 20")).at(-1)).toBe("6 → 20 · 46.1 k params · 46.1 k ops");
    expect(hints(lenet.replace("kernel: 5", "kernel: 50"))).toEqual([]);
    expect(hints(lenet.replace("dense", "dens"))).toEqual([]);
  });

  it("may leave parts out", () => {
    expect(hints(lenet, images, { outputShape: false, parameters: true, operations: false })).toEqual(["3 416 params", "6 23.1 k params"]);
  });

  it("stand at layers within layers, and sum the copies of a repeat", () => {
    const nested = `data: { train: a.csv }
model:
  - repeat:
      times: 3
      layers:
        - residual:
            - dense: 8
  - dense: 2
`;
    expect(hints(nested, { inputShape: [8], layers: [] })).toEqual(["7 → 8 · 216 params · 192 ops", "6 → 8", "8 → 2 · 18 params · 16 ops"]);
  });

  it("of an imported model stand at its file, all its layers in one", async () => {
    const folder = path.join(import.meta.dirname, "../../../examples");
    const text = readFileSync(path.join(folder, "transfer.train.yaml"), "utf8");
    const parsed = parse(text);
    const config = await withModelFiles(parsed.config!, { folder });
    const dataset = await loadDataset(config, { folder, log: () => undefined });
    const layers = outlineOfConfig(config, dataset).outline.map((layer) => Object.assign({}, layer, { inputShape: [...layer.inputShape], outputShape: [...layer.outputShape] }));
    const found = hints(text, { inputShape: dataset.inputs.dims.slice(1), layers });
    const line = (what: RegExp) => text.split("\n").findIndex((one) => what.test(one)) + 1;
    expect(found[0]).toMatch(new RegExp(`^${line(/onnx:/)} .*params`));
    expect(found.length).toBeGreaterThan(1);
  });
});

it("500 lines have their hints in an instant", () => {
  const text = `data: { train: a.csv }\nmodel:\n${Array.from({ length: 480 }, (_, i) => `  - dense: { units: ${8 + (i % 7)}, activation: relu }`).join("\n")}\n`;
  const parsed = parse(text);
  const times = Array.from({ length: 6 }, () => {
    const start = process.cpuUsage();
    hintsOf(parsed, currentOutline(parsed, { inputShape: [8], layers: [] })!, all);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});
