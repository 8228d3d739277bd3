import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Backend } from "../../../src/engine/training/backend.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import type { CheckId } from "../../../src/protocol/checks.js";
import type { CheckResult } from "../../../src/rules/checks/checkResult.js";
import { checks } from "../../../src/rules/checks/registry.js";
import { backend as onnxRuntime } from "../../helpers/backend.js";
import { soundFile } from "../datasets.js";

const healthy = `data: { train: { generate: two_moons, examples: 500, noise: 0.1 }, split: { validation: 0.2, test: 0 } }
model:
  - dense: { units: 16, activation: relu }
  - dense: 2
loss: cross_entropy
optimizer: { adam: { lr: 1e-2 } }
training: { epochs: 60, batch_size: 32 }
seed: 0
`;
const digits = `data: { train: digits.csv, target: label, split: { validation: 0.2, test: 0 } }
model: [dense: 32, batch_norm, relu, dense: 10]
loss: cross_entropy
optimizer: { adam: { lr: 3e-3 } }
training: { epochs: 30, batch_size: 32 }
seed: 0
`;

async function run(id: CheckId, text: string, backend: Backend = onnxRuntime): Promise<CheckResult> {
  const { config } = soundFile(text);
  const folder = path.join(import.meta.dirname, "../../../examples/data");
  const dataset = await loadDataset(config!, { folder, log: () => undefined });
  const fractions: number[] = [];
  const result = await checks[id]({ config: config!, dataset, backend, provider: "cpu", threads: 1, memory: 2 ** 32, onProgress: (fraction) => fractions.push(fraction), log: () => undefined });
  expect(fractions.every((fraction) => fraction >= 0)).toBe(true);
  for (const [name, value] of Object.entries(result.figures)) for (const one of [value].flat()) expect(typeof one === "string" || Number.isFinite(one), name).toBe(true);
  return result;
}

/** The file with some of its text replaced, which must be there. */
function changed(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((now, [from, to]) => {
    expect(now).toContain(from);
    return now.replace(from, to);
  }, text);
}

describe("on healthy files", () => {
  const ids = Object.keys(checks) as CheckId[];
  it.each(ids)("%s passes", { timeout: 60_000 }, async (id) => expect(await run(id, healthy)).toMatchObject({ status: "passed", cause: null }));
  it.each(ids)("%s passes with batch norm", { timeout: 60_000 }, async (id) => expect(await run(id, digits)).toMatchObject({ status: "passed", cause: null }));
});

describe("initial-loss", () => {
  it("fails where weights begin too large", async () => {
    const found = await run("initial-loss", changed(healthy, ["- dense: 2", "- dense: { units: 2, init: { normal: 50 } }"]));
    expect(found).toMatchObject({ status: "failed", cause: { category: "initialisation", path: "model" } });
    expect(found.figures.chance).toBeCloseTo(Math.LN2, 3);
  });

  it("names inputs that are not scaled, with a fix", async () => {
    const values = Array.from({ length: 60 }, (_, i) => `[${(i * 7919) % 9000}, ${(i * 104_729) % 9000}]`).join(", ");
    const file = `data: { train: { inputs: [${values}], targets: [${Array.from({ length: 60 }, (_, i) => i % 2).join(", ")}] }, scaling: none, split: { validation: 0.2, test: 0 } }\nmodel: [dense: 8, relu, dense: 2]\nloss: cross_entropy\n`;
    expect(await run("initial-loss", file)).toMatchObject({ status: "failed", cause: { category: "preprocessing", path: "data.scaling", fixes: [{ edits: [{ path: "data.scaling", value: "standardize" }] }] } });
  });

  it("skips losses of which chance is not known", async () => expect(await run("initial-loss", changed(digits, ["loss: cross_entropy", "loss: hinge"]))).toMatchObject({ status: "skipped" }));
});

describe("gradient", () => {
  /** A device that computes the gradient of one tensor wrongly. */
  const faulty = (tensor: string, factor: number): Backend => ({
    async createSession(bytes, session) {
      const inner = await onnxRuntime.createSession(bytes, session);
      return {
        async run(feeds) {
          const results = await inner.run(feeds);
          const name = Object.keys(results).find((key) => key.startsWith(tensor) && key.endsWith("/next"));
          if (name === undefined) return results;
          const before = feeds[name.slice(0, -"/next".length)].data as Float32Array;
          const after = results[name].data as Float32Array;
          return { ...results, [name]: { ...results[name], data: after.map((x, i) => before[i] + factor * (x - before[i])) } };
        },
        release: () => inner.release(),
      };
    },
  });
  const wide = changed(healthy, ["units: 16, activation: relu", "units: 128, activation: tanh"], ["- dense: 2", "- dense: { units: 128, activation: tanh }\n  - dense: 2"]);

  it("passes at a kink: an example of zeros stands where ReLU bends, behind a bias of 0", async () => {
    const xor = "data: { train: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [0, 1, 1, 0] }, split: { validation: 0, test: 0 } }\nmodel: [dense: { units: 8, activation: relu }, dense: { units: 1, activation: sigmoid }]\nloss: { binary_cross_entropy: { from: probabilities } }\n";
    expect((await run("gradient", xor)).status).not.toBe("failed");
  });

  it("finds a device that is off by a twentieth in one tensor", async () => {
    expect(await run("gradient", wide), "sound").toMatchObject({ status: "passed" });
    expect(await run("gradient", wide, faulty("dense_2.weight", 1.05))).toMatchObject({ status: "failed", figures: { worst: "dense_2.weight" }, cause: { category: "numerics", path: "model[1].dense" } });
  });

  it("finds a gradient that is 0 and should not be", async () => expect(await run("gradient", wide, faulty("dense_2.weight", 0))).toMatchObject({ status: "failed" }));

  it("says where nothing reaches a weight", async () => {
    const dead = changed(healthy, ["- dense: 2", "- dense: { units: 2, init: zeros }\n  - dense: { units: 2, init: zeros, bias: false }\n  - dense: { units: 2, init: zeros, bias: false }"]);
    expect(await run("gradient", dead)).toMatchObject({ status: "failed", cause: { category: "architecture", path: "model" } });
  });
});

describe("overfit-batch", () => {
  it("leaves a model in peace that is on its way, and measures mae by r2", async () => {
    const file = (targets: string) => `data: { train: { generate: sine, examples: 200 }, scaling: minmax${targets} }\nmodel: [dense: { units: 40, activation: relu }, dense: { units: 40, activation: relu }, dense: 1]\nloss: mae\noptimizer: { rmsprop: { lr: 0.001 } }\n`;
    expect(["passed", "skipped"]).toContain((await run("overfit-batch", file(""))).status);
  });

  it("fails where the rate is far too small", async () => expect(await run("overfit-batch", changed(healthy, ["1e-2", "1e-7"]))).toMatchObject({ status: "failed" }));
});

describe("loss-falls", () => {
  it("fails at a rate that moves nothing, and at one that breaks", { timeout: 60_000 }, async () => {
    expect(await run("loss-falls", changed(healthy, ["1e-2", "1e-7"]))).toMatchObject({ status: "failed", cause: { category: "learning_rate", path: "optimizer.adam.lr" } });
    expect(await run("loss-falls", changed(healthy, ["adam: { lr: 1e-2 }", "sgd: { lr: 1e5 }"]))).toMatchObject({ status: "failed", cause: { category: "learning_rate", path: "optimizer.sgd.lr" } });
  });
});

describe("zeroed-input", () => {
  it("fails where the inputs say nothing", { timeout: 60_000 }, async () => {
    const noise = changed(healthy, ["generate: two_moons, examples: 500, noise: 0.1", "generate: noise, examples: 3000"], ["epochs: 60", "epochs: 3"]);
    expect(await run("zeroed-input", noise)).toMatchObject({ status: "failed", cause: { category: "data", path: "data" } });
  });
});

describe("shuffled-labels", () => {
  it("finds examples that stand in both splits", { timeout: 60_000 }, async () => {
    const values = Array.from({ length: 60 }, (_, i) => `[${[7, 11, 13, 17].map((k) => (((i + 1) * k * k) % 61) / 61 - 0.5).join(", ")}]`).join(", ");
    const inline = `{ inputs: [${values}], targets: [${Array.from({ length: 60 }, (_, i) => i % 2).join(", ")}] }`;
    const leaking = changed(healthy, ["train: { generate: two_moons, examples: 500, noise: 0.1 }, split: { validation: 0.2, test: 0 }", `train: ${inline}, validation: ${inline}`], ["units: 16", "units: 256"]);
    expect(await run("shuffled-labels", leaking)).toMatchObject({ status: "failed", cause: { category: "data", path: "data.validation", problem: "generalisation" } });
  });

  it("needs held-out examples", async () => expect(await run("shuffled-labels", changed(healthy, ["validation: 0.2", "validation: 0"]))).toMatchObject({ status: "skipped" }));
});

describe("train-eval", () => {
  it("finds running statistics that never arrive", { timeout: 60_000 }, async () => {
    const slow = changed(digits, ["batch_norm", "batch_norm: { momentum: 0.9999 }"], ["target: label", "target: label, scaling: none"]);
    expect(await run("train-eval", slow)).toMatchObject({ status: "failed", cause: { path: "model[1].batch_norm.momentum", problem: "predictions" } });
  });

  it("does not count dropout and augmentation", async () => {
    const noisy = changed(healthy, ["  - dense: 2", "  - dropout: 0.7\n  - dense: 2"], ["split:", "augment: [noise: 0.5], split:"]);
    expect(await run("train-eval", noisy)).toMatchObject({ status: "passed" });
  });
});

describe("learning-rate-range", () => {
  it("fails for rates at which the loss breaks and for those that are far too small, with a rate to take", { timeout: 60_000 }, async () => {
    for (const rate of ["5", "1e-6"]) {
      const found = await run("learning-rate-range", changed(healthy, ["1e-2", rate]));
      expect(found, rate).toMatchObject({ status: "failed", cause: { category: "learning_rate", path: "optimizer.adam.lr" } });
      const [edit] = found.cause!.fixes![0].edits as { value: number }[];
      expect(edit.value).toBeGreaterThan(1e-4);
      expect(edit.value).toBeLessThan(0.5);
    }
  });

  it("gives the curve", async () => {
    const { figures } = await run("learning-rate-range", healthy);
    expect((figures.rates as number[]).length).toBe((figures.losses as number[]).length);
    for (const name of ["steepest", "minimum_tenth", "valley"]) expect(figures[name], name).toBeGreaterThan(1e-4);
  });
});

describe("batch-size", () => {
  it("skips nothing and names the largest", async () => expect((await run("batch-size", healthy)).figures).toMatchObject({ batch_size: 32, largest: 400 }));
});

describe("seeds", () => {
  it("finds a model that learns from some seeds only", { timeout: 60_000 }, async () => {
    const lucky = changed(healthy, ["units: 16, activation: relu", "units: 1, activation: relu"]);
    const { status, figures, cause } = await run("seeds", lucky);
    expect([status, cause?.category], JSON.stringify(figures)).toEqual(["failed", "initialisation"]);
  });

  it("finds runs that break", { timeout: 60_000 }, async () => {
    const regression = changed(healthy, ["generate: two_moons", "generate: sine"], ["- dense: 2", "- dense: 1"], ["cross_entropy", "mse"], ["adam: { lr: 1e-2 }", "sgd: { lr: 30 }"]);
    expect(await run("seeds", regression)).toMatchObject({ status: "failed", cause: { category: "learning_rate" } });
  });
});
