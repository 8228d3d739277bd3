import { describe, expect, it } from "vitest";
import { withVocabulary } from "../../../src/engine/layers/vocabulary.js";
import { layersOf } from "../training/testRun.js";

const data = (...values: number[]) => ({ inputs: { type: "float32" as const, dims: [values.length / 2, 2], data: Float32Array.from(values) }, inputDivisor: 1 });

describe("an embedding's vocabulary", () => {
  it("is counted in the data", () => {
    const [, layer] = withVocabulary(layersOf(["reshape", { shape: [2] }], ["embedding", { dim: 3 }]), data(0, 4, 2, 1));
    expect(layer.arguments).toEqual({ dim: 3, vocab: 5 });
  });

  it.each([
    [{ dim: 3, vocab: 4 }, [0, 4], /4 vectors, 0 to 3, and the data hold the index 4/],
    [{ dim: 3 }, [0, 1.5], /the data hold 1.5/],
    [{ dim: 3 }, [0, -1], /the data hold -1/],
  ] as const)("%j refuses %j", (args, values, message) => expect(() => withVocabulary(layersOf(["embedding", args]), data(...values))).toThrow(message));

  it("leaves other models alone", () => {
    const model = layersOf(["dense", { units: 2 }]);
    expect(withVocabulary(model, data(0.5, 1))).toBe(model);
  });
});
