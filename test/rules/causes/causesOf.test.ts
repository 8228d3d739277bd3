import { describe, expect, it } from "vitest";
import type { Category, Finding, Severity } from "../../../src/protocol/finding.js";
import { checks } from "../../helpers/checkIds.js";
import { causesOf, verdictOf } from "../../../src/rules/causes/causesOf.js";
import { explanations } from "../../../src/rules/causes/explanations.js";
import { foldFindings } from "../../../src/rules/causes/foldFindings.js";
import { ruleOf } from "../../../src/rules/registry.js";

interface Seen {
  readonly category?: Category;
  readonly severity?: Severity;
  readonly confidence?: number;
  readonly state?: Finding["state"];
  readonly page?: string;
}

/** A rule's finding; `step` null: of file or data. */
function finding(rule: string, at: string, step: number | null, seen: Seen = {}): Finding {
  const { severity, problem, category } = ruleOf(rule)!;
  return { rule, path: at, step, severity, problem, category, message: "", evidence: {}, confidence: 0.8, state: "open", file: null, range: null, fixes: [], page: "page", ...seen };
}

const of = (findings: readonly Finding[], finished = true) => causesOf(foldFindings(findings), { finished }).map(({ category, path }) => `${category} ${path}`);

describe("causes", () => {
  it("a rate that is too high explains NaN, exploding gradients and dead units, and is named once", () => {
    const lr = "optimizer.sgd.lr";
    const found = [
      finding("exploding-gradient", lr, 20), finding("dead-units", lr, 30), finding("non-finite-layer", lr, 39), finding("non-finite-loss", lr, 40),
      finding("non-finite-loss", "", 40, { category: "numerics", page: "" }),
    ];
    expect(of(found, false)).toEqual([`learning_rate ${lr}`]);
    expect(of([finding("learning-rate-range", lr, null), ...found], false)).toEqual([`learning_rate ${lr}`]);
  });

  it("a fault of the file explains the symptoms that follow from it, which make it surer", () => {
    const fault = finding("deep-saturating-stack", "model[0].dense.activation", null);
    const symptoms = [finding("loss-not-decreasing", "optimizer.sgd.lr", 300, { confidence: 0.5 }), finding("vanishing-gradient", "model[1].dense.activation", 300)];
    expect(of([...symptoms, fault])).toEqual(["activation model[0].dense.activation"]);
    const [alone] = causesOf(foldFindings([fault]), { finished: true });
    const [seen] = causesOf(foldFindings([fault, ...symptoms]), { finished: true });
    expect(seen.confidence).toBeGreaterThan(alone.confidence);
    expect(seen.explains.map(({ finding: { rule } }) => rule).sort()).toEqual(["loss-not-decreasing", "vanishing-gradient"]);
  });

  it("two faults are two causes, the one that cannot work first", () => {
    expect(of([finding("unscaled-inputs", "data.scaling", null), finding("softmax-before-cross-entropy", "model[1].dense.activation", null)])).toEqual(["activation model[1].dense.activation", "preprocessing data.scaling"]);
  });

  it("what the explanations do not join stands for itself", () => {
    expect(of([finding("overfitting", "training.early_stopping", 100), finding("class-imbalance", "data", null)])).toHaveLength(2);
    expect(of([finding("overfitting", "training.early_stopping", 100), finding("shift-between-splits", "data.validation", null)])).toEqual(["data data.validation"]);
  });

  it("hints alone leave a run healthy", () => {
    const hints = foldFindings([finding("no-validation-data", "data.split", null), finding("gradient-spikes", "training.clip", 20)]);
    expect(verdictOf("runs/a", hints, { finished: true })).toEqual({ event: "verdict", run: "runs/a", healthy: true, causes: [] });
  });

  it("a symptom that went by itself is forgiven a run that went to its end, and no other", () => {
    const found = [finding("initial-loss", "model", 1), finding("initial-loss", "model", 90, { state: "closed" })];
    expect(of(found, true)).toEqual([]);
    expect(of(found, false)).toEqual(["initialisation model"]);
  });

  it("a symptom that went explains what it left behind", () => {
    const found = [finding("initial-loss", "data.scaling", 1, { category: "preprocessing", confidence: 0.7 }), finding("initial-loss", "data.scaling", 90, { category: "preprocessing", confidence: 0.7, state: "closed" })];
    expect(of(found)).toEqual([]);
    expect(of([...found, finding("class-never-predicted", "data.sampling", 200)])).toEqual(["preprocessing data.scaling"]);
  });

  it("no more than three are named", () => {
    const found = ["softmax-before-cross-entropy", "zero-initialisation", "loss-against-task", "typing-slip", "nll-without-log-softmax"].map((rule, i) => finding(rule, `model[${i}]`, null));
    expect(of(found)).toHaveLength(3);
  });
});

describe("the table of explanations", () => {
  it("names rules and checks that there are, each row with its reason", () => {
    for (const { by, symptoms, because } of explanations) {
      if (typeof by === "object") for (const rule of by.rules) expect(ruleOf(rule), rule).not.toBeNull();
      for (const symptom of symptoms) expect(ruleOf(symptom)?.looksAt === "run" || checks.includes(symptom), symptom).toBe(true);
      expect(because).toMatch(/\.$/);
    }
  });

  it("names the next likely cause beside a symptom that stands alone: a hint of the file, else what its figures leave open", () => {
    const symptom = { ...finding("too-few-steps", "training.epochs", 100), evidence: { otherwise: "optimizer", otherwise_at: "optimizer.sgd" } };
    expect(of([symptom])).toEqual(["epochs training.epochs", "optimizer optimizer.sgd"]);
    expect(of([symptom, finding("loss-for-classes", "loss", null, { severity: "info", confidence: 0.6 })])).toEqual(["epochs training.epochs", "loss loss"]);
    // a fault of the file needs no other; nor does a hint without a symptom name anything
    expect(of([symptom, finding("deep-saturating-stack", "model[0].dense.activation", null)])).toEqual(["activation model[0].dense.activation"]);
    expect(of([finding("loss-for-classes", "loss", null, { severity: "info" })])).toEqual([]);
  });
});
