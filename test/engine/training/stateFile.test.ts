import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { decodeState, encodeState } from "../../../src/engine/training/stateFile.js";
import type { TrainingState } from "../../../src/engine/training/types.js";

const state: TrainingState = {
  step: 42,
  tensors: { "dense.weight": { dims: [2, 3], data: Float32Array.of(1, -2, Number.NaN, Infinity, 1e-40, 6) }, empty: { dims: [0], data: new Float32Array(0) }, scalar: { dims: [], data: Float32Array.of(7) } },
  counters: { rateFactor: 0.5, best: { step: 40, value: "NaN" }, name: "ü" },
  tuning: { threads: 1, chunkSteps: 80, lowering: "plain" },
};

function codeOf(bytes: Uint8Array): string {
  try {
    decodeState(bytes);
  } catch (error) {
    return (error as DescentError).code;
  }
  return "none";
}

describe("a state as bytes", () => {
  it("comes back to the bit, also from an unaligned stretch of a larger buffer", () => {
    const bytes = encodeState(state);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeState(shifted.subarray(3))).toEqual(state);
  });

  it("is refused where it is cut off at any byte, or altered anywhere", () => {
    const bytes = encodeState(state);
    for (let length = 0; length < bytes.length; length++) expect(codeOf(bytes.subarray(0, length))).toBe("checkpoint-damaged");
    for (let i = 0; i < bytes.length; i += 5) {
      const altered = bytes.slice();
      altered[i] ^= 4;
      expect(codeOf(altered)).toBe("checkpoint-damaged");
    }
    expect(codeOf(new TextEncoder().encode("something else entirely"))).toBe("checkpoint-damaged");
  });
});
