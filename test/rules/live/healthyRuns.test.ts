import { describe, expect, it } from "vitest";
import { normals, type StreamedRun, watch } from "./streams.js";

const ln2 = Math.LN2;
const regression = "loss: mse\n";

/** Runs as they should be; each for thirty seeds of noise. */
const runs: Record<string, (noise: () => number) => StreamedRun> = {
  "small batches, falling under heavy noise": (noise) => ({ totalSteps: 2000, loss: (t) => Math.max(0.01, 0.15 + (ln2 - 0.15) * Math.exp(-t / 400) + 0.3 * noise()) }),
  "a batch of one": (noise) => ({ totalSteps: 3000, more: "loss: cross_entropy\ntraining: { batch_size: 1 }\n", loss: (t) => (0.2 + 0.5 * Math.exp(-t / 500)) * noise() ** 2 }),
  "converged and level": (noise) => ({ totalSteps: 3000, loss: (t) => 0.1 + 0.6 * Math.exp(-t / 60) + 0.02 * Math.abs(noise()) }),
  "tiny and jumping": (noise) => ({ totalSteps: 3000, loss: (t) => 0.7 * Math.exp(-t / 80) + 1e-4 * Math.exp(noise()) }),
  "tiny with rare hard batches": (noise) => ({ totalSteps: 3000, loss: (t) => 0.7 * Math.exp(-t / 80) + 0.01 * noise() ** 4 }),
  "late starter": (noise) => ({ totalSteps: 3000, loss: (t) => Math.abs(0.05 + (ln2 - 0.05) / (1 + Math.exp((t - 350) / 60)) + 0.05 * noise()) }),
  "hard problem, a little better than chance": (noise) => ({ totalSteps: 3000, loss: (t) => 0.62 + (ln2 - 0.62) * Math.exp(-t / 150) + 0.08 * noise() }),
  "few steps of full batches": () => ({ totalSteps: 40, loss: (t) => 0.3 + 0.4 * Math.exp(-t / 15), chunk: 7 }),
  "starts above chance": (noise) => ({ totalSteps: 1500, loss: (t) => 0.2 + 1.3 * Math.exp(-t / 100) + 0.05 * Math.abs(noise()) }),
  "a warm-up before it falls": (noise) => ({ totalSteps: 2000, loss: (t) => Math.abs((t < 200 ? ln2 : 0.1 + (ln2 - 0.1) * Math.exp(-(t - 200) / 100)) + 0.05 * noise()) }),
  "regression in its own unit": (noise) => ({ data: "{ train: { inputs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], targets: [1000, 2500, 1800, 4000, 3200, 5100, 4500, 6000, 7000, 6500] }, task: regression, split: { validation: 0.2, test: 0 } }", model: "[dense: { units: 16, activation: relu }, dense: 1]", more: regression, totalSteps: 4000, loss: (t) => (3e5 + 2e7 * Math.exp(-t / 500)) * Math.exp(0.2 * noise()) }),
  "regression of small targets": (noise) => ({ data: "{ train: { generate: sine, noise: 0 } }", model: "[dense: { units: 16, activation: tanh }, dense: 1]", more: regression, totalSteps: 2000, loss: (t) => (1e-5 + 0.5 * Math.exp(-t / 200)) * Math.exp(0.5 * noise()) }),
  "gradients that grow as learning sets in, then spike now and then": (noise) => ({ totalSteps: 2000, loss: (t) => 0.1 + 0.6 / (1 + Math.exp((t - 200) / 40)), norm: (t) => (1e-3 + 0.5 / (1 + Math.exp((200 - t) / 30))) * (t % 500 === 0 ? 40 : 1) * Math.exp(0.5 * noise()) }),
  "validation loss that wavers": (noise) => ({ totalSteps: 3000, loss: (t) => 0.1 + 0.6 * Math.exp(-t / 300), evaluateEvery: 100, evaluate: (t) => ({ loss: (0.15 + 0.55 * Math.exp(-t / 300)) * (1 + 0.1 * noise()), accuracy: 0.95 + 0.01 * noise(), trainAccuracy: 0.97 }) }),
  "validation loss that rises while accuracy stays": (noise) => ({ totalSteps: 3000, loss: (t) => 0.01 + 0.6 * Math.exp(-t / 200), evaluateEvery: 100, evaluate: (t) => ({ loss: 0.05 + 0.5 * Math.exp(-t / 150) + t * 2e-5, accuracy: 0.985 + 0.002 * noise(), trainAccuracy: 1 }) }),
  "overfitting that early stopping takes care of": () => ({ more: "loss: cross_entropy\ntraining: { early_stopping: { patience: 5 } }\n", totalSteps: 2000, loss: (t) => 0.7 * Math.exp(-t / 200), evaluateEvery: 100, evaluate: (t) => ({ loss: 0.5 + t * 2e-4, accuracy: 0.7, trainAccuracy: 1 }) }),
  "few validation examples": (noise) => ({ data: "{ train: { generate: two_moons, examples: 100 } }", totalSteps: 1000, loss: (t) => 0.1 + 0.6 * Math.exp(-t / 200), evaluateEvery: 50, evaluate: (t) => ({ loss: (0.2 + 0.5 * Math.exp(-t / 200)) * (1 + 0.15 * noise()), accuracy: Math.min(1, 0.88 + 0.06 * noise()), trainAccuracy: 0.95 }) }),
};

describe("healthy runs are left in peace", () => {
  it.each(Object.entries(runs))("%s", async (_, run) => {
    for (let seed = 1; seed <= 30; seed += 1) expect((await watch(run(normals(seed)))).map(({ rule, step, message }) => `seed ${seed}, step ${step}: ${rule}: ${message}`)).toEqual([]);
  });
});

describe("a real run", () => {
  /** Logistic regression on two moons by gradient descent, batches of 8, in float64. */
  it("logistic regression, batch by batch", async () => {
    const noise = normals(3);
    const weights = [0, 0, 0];
    const losses = Array.from({ length: 1500 }, () => {
      const batch = Array.from({ length: 8 }, () => {
        const label = noise() > 0 ? 1 : 0;
        return { x: [noise() + label, noise() - label, 1], label };
      });
      let loss = 0;
      const gradient = [0, 0, 0];
      for (const { x, label } of batch) {
        const p = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * weights[i], 0)));
        loss -= Math.log(label === 1 ? p : 1 - p) / batch.length;
        x.forEach((value, i) => { gradient[i] += ((p - label) * value) / batch.length; });
      }
      gradient.forEach((g, i) => { weights[i] -= 0.1 * g; });
      return loss;
    });
    expect(await watch({ totalSteps: losses.length, loss: (t) => losses[t - 1] })).toEqual([]);
  });
});
