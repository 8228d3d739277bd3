import { describe, expect, it } from "vitest";
import { parseOverride } from "../../../src/config/edit/overrides.js";
import { parseTrainingFile } from "../../../src/config/parseTrainingFile.js";

const text = "data: { train: a.csv }\nmodel:\n  - dense: &d { units: 8 }\n  - dense: *d\n  - flatten\n  - dense: 10\noptimizer: { adam: { lr: 0.1 } }\ntraining: { epochs: 3 }\n";
const withValues = (...values: string[]) => parseTrainingFile(text, { file: "a.train.yaml", overrides: Object.fromEntries(values.map(parseOverride).map(({ path, value }) => [path, value])) });

describe("overrides", () => {
  it("set values by path", () => {
    expect(withValues("optimizer.adam.lr=1e-3", "seed=7").config).toMatchObject({ optimizer: { kind: "adam", arguments: { lr: 1e-3 } }, seed: 7 });
  });

  it("through another kind replace the kind", () => {
    expect(withValues("optimizer.sgd.lr=0.5").config?.optimizer).toMatchObject({ kind: "sgd", arguments: { lr: 0.5, momentum: 0 } });
    expect(withValues("optimizer=sgd").config?.optimizer).toMatchObject({ kind: "sgd", arguments: { lr: 0.01 } });
  });

  it("make what is not there, and open short forms", () => {
    const { config } = withValues("schedule.cosine.warmup_steps=5", "model[3].dense.activation=relu", "data.split.validation=0.3");
    expect(config).toMatchObject({ schedule: { kind: "cosine", arguments: { warmup_steps: 5 } }, data: { split: { validation: 0.3, test: 0.1 } } });
    expect(config?.model[3].arguments).toMatchObject({ units: 10, activation: "relu" });
  });

  it("steps take the place of epochs", () => expect(withValues("training.steps=9").config?.training).toMatchObject({ steps: 9, epochs: null }));

  it("lists and mappings are YAML", () => expect(withValues("model=[{dense: 4}, softmax]").config?.model.map(({ kind }) => kind)).toEqual(["dense", "softmax"]));

  it("an alias that is changed leaves its anchor alone", () => {
    expect(withValues("model[1].dense.units=9").config?.model.map((layer) => layer.arguments.units)).toEqual([8, 9, undefined, 10]);
  });

  it("wrong ones are problems of the file", () => {
    expect(withValues("optimizer.adam.lr=fast").problems).toMatchObject([{ code: "wrong-type", path: "optimizer.adam.lr" }]);
    expect(withValues("optmizer.adam.lr=1").problems).toMatchObject([{ code: "unknown-key", path: "optmizer" }]);
    expect(withValues("model[9].dense=1").problems).toMatchObject([{ code: "wrong-path" }]);
    expect(() => parseOverride("seed")).toThrow(expect.objectContaining({ code: "wrong-override" }));
    expect(() => parseOverride("seed=[")).toThrow(expect.objectContaining({ code: "wrong-override" }));
  });
});
