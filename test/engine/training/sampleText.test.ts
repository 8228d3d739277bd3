import { describe, expect, it } from "vitest";
import { buildTextDataset } from "../../../src/engine/data/text/buildTextDataset.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { describeTextModel, drawToken, sampleText } from "../../../src/engine/training/sampleText.js";
import { backend, configOf, layersOf, trainerFor } from "./testRun.js";

describe("drawing a token", () => {
  // cumulated softmax of [1, 3, 2, 0] by NumPy: 3 first, then 2, 1, 0
  const logits = [1, 3, 2, 0];

  it("divides the interval by the probabilities, likeliest first", () => {
    const plain = { temperature: 1, topK: null };
    expect([0, 0.6438, 0.644, 0.88, 0.881, 0.9678, 0.968, 0.999].map((chance) => drawToken(logits, "softmax", null, plain, chance))).toEqual([1, 1, 2, 2, 0, 0, 3, 3]);
  });

  it("is sharper at lower temperature: at 0.5 the likeliest has 0.8650", () => {
    expect([0.8648, 0.8651].map((chance) => drawToken(logits, "softmax", null, { temperature: 0.5, topK: null }, chance))).toEqual([1, 2]);
  });

  it("takes the likeliest at temperature 0, draws from the top k alone, and never what it must not", () => {
    expect(drawToken(logits, "softmax", null, { temperature: 0, topK: null }, 0.999)).toBe(1);
    expect(drawToken(logits, "softmax", null, { temperature: 1, topK: 2 }, 0.9999)).toBe(2);
    expect(drawToken(logits, "softmax", 1, { temperature: 0, topK: null }, 0)).toBe(2);
    expect(drawToken([0.1, 0.7, 0.2], "probabilities", null, { temperature: 1, topK: null }, 0.71)).toBe(2);
  });
});

/** A model that knows one thing: what follows each letter. */
async function alphabet() {
  const text = "abcdabcdabcdabcd\n";
  const config = configOf({
    model: layersOf(["embedding", { dim: 5 }], ["dense", { units: 5 }]),
    data: { ...configOf({}).data, task: "language_model", text: { tokens: "characters", context: 3, vocabulary: null } },
  });
  const dataset = buildTextDataset(config, { train: [{ file: "/t", name: "t", bytes: new TextEncoder().encode(text) }], validation: null, test: null });
  const fresh = await trainerFor(config, dataset);
  const state = fresh.state();
  await fresh.dispose();
  const identity = (scale: number) => Float32Array.from({ length: 25 }, (_, i) => (Math.floor(i / 5) === i % 5 ? scale : 0));
  // \n a b c d: a follows the line's end and d, b follows a, ...
  const next = Float32Array.from({ length: 25 }, (_, i) => ((Math.floor(i / 5) % 4) + 1 === i % 5 ? 8 : 0));
  (state.tensors["embedding_0.weight"].data as Float32Array).set(identity(1));
  (state.tensors["dense_1.weight"].data as Float32Array).set(next);
  const trainer = await trainerFor(config, dataset, { resume: state });
  const model = trainer.exportModel({ weights: "current", softmax: false, scaling: false });
  await trainer.dispose();
  return model;
}

describe("a language model that writes", () => {
  it("goes on with what it knows, beyond its context, from the exported model alone", async () => {
    const model = await alphabet();
    const described = describeTextModel(decodeModel(model));
    expect(described).toEqual({ recipe: { tokens: "characters", context: 3, vocabulary: ["\n", "a", "b", "c", "d"] }, reading: "softmax" });
    const session = await backend.createSession(model, { provider: "cpu", threads: 1 });
    const write = (prompt: string, temperature: number, seed = 0) => sampleText(session, described, { prompt, length: 9, temperature, topK: null, seed });
    expect(await write("c", 0)).toBe("cdabcdabcd");
    expect(await write("abcdabcd", 0)).toBe("abcdabcdabcdabcda");
    expect(await write("", 0)).toBe("abcdabcda");
    expect(await write("a", 3, 1)).toBe(await write("a", 3, 1));
    expect(await write("a", 30, 1)).not.toBe(await write("a", 30, 2));
    await expect(write("xyz", 0)).rejects.toThrow(/character "x" does not occur/);
    await session.release();
  });

  it("a model of another kind is told so", () => {
    expect(() => describeTextModel({ metadata: new Map() })).toThrow(/no language model/);
  });
});
