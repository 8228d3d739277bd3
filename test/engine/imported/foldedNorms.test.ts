/** Batch normalisation that an exporter merged into convolutions is noticed by the names it left. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { foldedNorms } from "../../../src/engine/imported/foldedNorms.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";

const folder = path.join(import.meta.dirname, "../../fixtures/imported");

test.each([["cnn-folded", 2], ["cnn-folded-dynamo", 1], ["cnn-training", 0], ["cnn-dropout", 0], ["keras", 0], ["sklearn-mlp", 0]])("%s: %i", (name, count) => {
  expect(foldedNorms(decodeModel(new Uint8Array(readFileSync(path.join(folder, `${name}.onnx`))), { external: new Map(), anyOutputs: true }))).toBe(count);
});
