/** Runs of PyTorch, logged as Keras, Lightning and plain scripts do (test/fixtures/diagnose/runs.py), and curves by formula. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { diagnoseLogFolder } from "../../../src/cli/diagnose/logFolder.js";
import { curveFindings } from "../../../src/rules/curves/curveFindings.js";
import { mapTags, readTag, type Curve } from "../../../src/rules/curves/mapTags.js";

const fixtures = path.join(import.meta.dirname, "../../fixtures/diagnose");
const curve = (count: number, at: (i: number) => number): Curve => ({ steps: Array.from({ length: count }, (_, i) => i), values: Array.from({ length: count }, (_, i) => at(i)) });
const none = { layerGradientNorms: new Map(), layerZeroFractions: new Map() };

const layouts = ["keras", "lightning", "script"];
const runs: readonly (readonly [folder: string, category: string | null])[] = [
  ...layouts.flatMap((layout) => [[`${layout}-healthy`, null], [`${layout}-rateTooHigh`, "learning_rate"], [`${layout}-overfitting`, "regularization"], [`${layout}-tooFewEpochs`, "epochs"]] as const),
  // what Keras and Lightning log does not tell zero weights from a wrong rate; gradient norms do
  ["keras-nothingLearned", "learning_rate"], ["lightning-nothingLearned", "learning_rate"], ["script-nothingLearned", "initialisation"],
  ["keras-notANumber", "learning_rate"], ["script-deepSigmoid", "activation"], ["lightning-healthyRegularized", null], ["script-healthyAdam", null],
];

describe("runs that others logged", () => {
  it.each(runs)("%s: %s", (folder, category) => {
    const diagnoses = diagnoseLogFolder(path.join(fixtures, folder));
    expect(diagnoses).toHaveLength(1);
    const [{ verdict, findings }] = diagnoses;
    expect(verdict.causes.map((cause) => cause.category)).toEqual(category === null ? [] : [category]);
    expect(verdict.healthy).toBe(category === null);
    if (category === null) expect(findings).toEqual([]);
  });

  it("sub-folders with runs of their own are diagnosed each", () => {
    const diagnoses = diagnoseLogFolder(fixtures);
    expect(diagnoses.map(({ verdict }) => path.relative(fixtures, verdict.run)).sort()).toEqual(runs.map(([folder]) => (folder.startsWith("lightning") ? path.join(folder, "lightning_logs", "version_0") : folder)).sort());
  });

  it("a folder without curves says what it has", () => {
    expect(() => diagnoseLogFolder(path.join(import.meta.dirname))).toThrow(expect.objectContaining({ code: "nothing-to-diagnose", message: expect.stringContaining("no event files") }));
  });
});

describe("tags", () => {
  it.each([
    ["train/epoch_loss", "loss", "train", ""], ["validation/epoch_accuracy", "accuracy", "validation", ""], ["validation/evaluation_loss_vs_iterations", "loss", "validation", ""],
    ["lightning_logs/version_3/train_loss_step", "loss", "train", "lightning_logs/version_3"], ["val_loss", "loss", "validation", ""], ["lr-Adam/pg1", "learningRate", "train", ""],
    ["Loss/train", "loss", "train", ""], ["Loss/test", "loss", "test", ""], ["Accuracy/val", "accuracy", "validation", ""], ["eval/loss", "loss", "validation", ""],
    ["train/grad_norm", "gradientNorm", "train", ""], ["train/learning_rate", "learningRate", "train", ""], ["runA/trainLoss", "loss", "train", "runA"], ["valAcc", "accuracy", "validation", ""],
  ] as const)("%s", (tag, quantity, split, run) => expect(readTag(tag)).toEqual({ quantity, split, run, rest: "" }));

  it("layers keep their names, and parts of a loss do not stand for it", () => {
    expect(readTag("grad_2.0_norm/layer1.weight")).toMatchObject({ quantity: "gradientNorm", rest: "layer1.weight" });
    expect(readTag("train/gradient_norm/dense_1")).toMatchObject({ quantity: "gradientNorm", rest: "dense_1", run: "" });
    expect(readTag("train/memory")).toBeNull();
    const whole = curve(10, () => 1);
    const [[, { train }]] = mapTags(new Map([["train/aux_loss", curve(50, () => 2)], ["train/loss", whole]]));
    expect(train.loss).toBe(whole);
  });
});

describe("curves by formula", () => {
  const rules = (loss: Curve, validation?: Curve) => curveFindings({ train: { loss }, validation: { loss: validation }, ...none }).map(({ rule, category, step }) => `${rule} ${category} ${step}`);

  it("NaN at the first step of all is nothing that a rate has done", () => {
    expect(rules(curve(100, () => Number.NaN), curve(5, () => Number.NaN))).toEqual(["non-finite-loss numerics 0"]);
    expect(rules(curve(100, (i) => (i < 40 ? 2 : Number.NaN)))).toEqual(["non-finite-loss learning_rate 40"]);
  });

  it("a loss that turns and runs away", () => expect(rules(curve(100, (i) => (i < 50 ? 2 - i / 50 : 1 + (i - 50) / 10)))).toEqual(["loss-not-decreasing learning_rate 99"]));

  it("a few points are chance", () => expect(rules(curve(5, () => 2))).toEqual([]));

  it("learning that levels off is silent", () => {
    const falls = (i: number) => 0.2 + 2 * Math.exp(-i / 15);
    expect(rules(curve(100, falls), curve(100, (i) => falls(i) + 0.05))).toEqual([]);
    expect(rules(curve(100, (i) => 2 / Math.sqrt(1 + i)))).toEqual([]);
  });

  it("units that are off", () => {
    const found = curveFindings({ train: { loss: curve(100, (i) => 2 / (1 + i)) }, validation: {}, layerGradientNorms: new Map(), layerZeroFractions: new Map([["dense_1", curve(20, (i) => (i < 5 ? 0.5 : 1))]]) });
    expect(found).toMatchObject([{ rule: "dead-units", category: "learning_rate", evidence: { layer: "dense_1" } }]);
  });
});
