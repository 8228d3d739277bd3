/** Rules on models with branches: silent on what is healthy, and seeing what stands within. */
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/config/edit/textEdits.js";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { runLint } from "../../src/rules/runRules.js";
import { allFindings } from "./datasets.js";

const file = (model: string, rest = "loss: cross_entropy\n"): string => `data: { train: { generate: two_moons }, scaling: standardize }\nmodel:\n${model}${rest}`;
const rulesOf = (text: string): string[] => {
  const parsed = parseTrainingFile(text, { file: "a.train.yaml" });
  expect(parsed.problems).toEqual([]);
  return runLint(parsed).map(({ rule, path }) => `${rule} ${path}`);
};

const residualNetwork = `  - reshape: [1, 1, 2]
  - conv2d: { filters: 16, padding: same, bias: false }
  - batch_norm
  - relu
  - repeat:
      times: 2
      layers:
        - residual:
            - conv2d: { filters: 16, padding: same, bias: false }
            - batch_norm
            - relu
            - conv2d: { filters: 16, padding: same, bias: false }
            - batch_norm
        - relu
  - residual:
      - batch_norm
      - relu
      - conv2d: { filters: 32, padding: same, stride: 2, init: zeros }
  - concat: [[], [conv2d: { filters: 4, kernel: 1, activation: relu }], [max_pool: { size: 1 }, conv2d: { filters: 4, kernel: 1, activation: relu }]]
  - global_avg_pool
  - dense: 2
`;

describe("rules", () => {
  it("find nothing in a healthy residual network", async () => {
    expect(rulesOf(file(residualNetwork))).toEqual([]);
    expect((await allFindings(file(residualNetwork))).filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it("find nothing where branches make the outputs", async () => {
    const model = "  - dense: { units: 16, activation: relu }\n  - concat: [[{ dense: { units: 1 } }], [{ dense: { units: 1 } }]]\n";
    expect((await allFindings(file(model))).filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it.each([
    ["missing-nonlinearity model[1].residual[0].dense.activation", "  - dense: { units: 8, activation: relu }\n  - residual: [dense: 8, dense: 8]\n  - relu\n  - dense: 2\n"],
    ["dropout-too-high model[1].residual[1].dropout", "  - dense: { units: 8, activation: relu }\n  - residual: [{ dense: { units: 8, activation: relu } }, dropout: 0.95]\n  - dense: 2\n"],
    ["dropout-before-batch-norm model[1].residual[1].dropout", "  - dense: { units: 8, activation: relu }\n  - residual: [{ dense: { units: 8, activation: relu } }, dropout: 0.3, batch_norm]\n  - dense: 2\n"],
    ["penalty-too-strong model[1].add[0][0].dense.l2", "  - dense: { units: 8, activation: relu }\n  - add: [[{ dense: { units: 8, activation: relu, l2: 1 } }], []]\n  - dense: 2\n"],
    ["zero-initialisation model[1].residual[0].dense.init", "  - dense: { units: 8, activation: relu }\n  - residual: [{ dense: { units: 8, activation: relu, init: zeros } }, dense: 8]\n  - dense: 2\n"],
    ["missing-nonlinearity model[0].repeat.layers[0].dense.activation", "  - repeat: { times: 3, layers: [dense: 16] }\n  - dense: 2\n"],
    ["softmax-before-cross-entropy model[2].softmax", "  - dense: { units: 8, activation: relu }\n  - concat: [[dense: 1], [dense: 1]]\n  - softmax\n"],
  ])("see %s", (expected, model) => {
    expect(rulesOf(file(model))).toEqual([expected]);
  });

  it("mend what they see, within branches too", () => {
    const text = file("  - dense: { units: 8, activation: relu }\n  - residual: [dense: 8, dropout: 0.3, batch_norm, dense: 8] # kept\n  - repeat: { times: 2, layers: [dense: 8, tanh, add: [[{ dense: { units: 8, l2: 1 } }, relu], []]] }\n  - dense: 2\n");
    const found = runLint(parseTrainingFile(text, { file: "a.train.yaml" }));
    expect(found.map(({ rule }) => rule).sort()).toEqual(["dropout-before-batch-norm", "missing-nonlinearity", "penalty-too-strong"]);
    const mended = found.reduce((before, { fixes }) => applyEdits(before, fixes.at(-1)!.edits), text);
    expect(mended).toContain("# kept");
    expect(rulesOf(mended)).toEqual([]);
  });

  it("change a repeated layer once", () => {
    const [finding] = runLint(parseTrainingFile(file("  - repeat: { times: 3, layers: [dense: 16] }\n  - dense: 2\n"), { file: "a.train.yaml" }));
    expect(finding.fixes[0].edits).toHaveLength(1);
  });

  it("do not count saturating layers that a branch leads around", () => {
    const stack = Array.from({ length: 5 }, () => "  - residual: [{ dense: { units: 8, activation: sigmoid } }]\n").join("");
    expect(rulesOf(file(`  - dense: { units: 8, activation: relu }\n${stack}  - dense: 2\n`))).toEqual([]);
  });
});
