import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hessianVectorProduct } from "../../../src/engine/differentiation/hessianVectorProduct.js";
import { mul, reduceSum } from "../../../src/engine/graph/functions.js";
import { upgradedOpset } from "../../../src/engine/graph/upgradeOpset.js";
import { numbersOf, tensorOf } from "../../../src/engine/graph/tensorData.js";
import type { ConstantTensor } from "../../../src/engine/graph/types.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { importModel } from "../../../src/engine/onnx/importModel.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { modelOf, runGraph, runModel } from "../../helpers/backend.js";

const folder = path.join(import.meta.dirname, "../../fixtures/differentiation");

interface Stored {
  readonly inputs: Readonly<Record<string, { readonly type: "float32" | "int64"; readonly dims: readonly number[]; readonly data: string }>>;
}

function inputsOf(name: string): Record<string, ConstantTensor> {
  const { inputs } = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8")) as Stored;
  return Object.fromEntries(
    Object.entries(inputs).map(([key, { type, dims, data }]): [string, ConstantTensor] => {
      const { buffer } = Uint8Array.from(Buffer.from(data, "base64"));
      return [key, { type, dims, data: type === "float32" ? new Float32Array(buffer) : new BigInt64Array(buffer) }];
    }),
  );
}

/** PyTorch's `hvp` by all parameters, in a direction that each element's place gives: the sine of 1, 2, 3, ... */
const expected = JSON.parse(fs.readFileSync(path.join(folder, "hessianVectorProducts.json"), "utf8")) as Record<string, Record<string, number[]>>;

describe("Hessian-vector products", () => {
  for (const [name, products] of Object.entries(expected)) {
    it(`of ${name} are PyTorch's`, async () => {
      const model = upgradedOpset(decodeModel(fs.readFileSync(path.join(folder, `${name}.onnx`))));
      const graph = importModel(model);
      const names = Object.keys(products);
      const wrt = names.map((key) => graph.tensor(key));
      const vectors = wrt.map((value) => graph.constant(tensorOf("float32", value.dims, numbersOf(value.constant as ConstantTensor).map((_, i) => Math.sin(i + 1)))));
      hessianVectorProduct(graph.tensor("loss"), wrt, vectors).forEach((product, i) => graph.output(product, `product_${i}`));
      const found = await runModel({ ...modelOf(graph), opsets: model.opsets }, inputsOf(name));
      const largest = Math.max(...Object.values(products).flat().map(Math.abs));
      for (const [i, key] of names.entries()) {
        const worst = Math.max(...numbersOf(found[`product_${i}`]).map((value, at) => Math.abs(value - products[key][at])));
        expect(worst, `${key}, largest entry ${largest}`).toBeLessThanOrEqual(1e-3 * largest);
      }
    });
  }

  it("say which part of the direction does not fit", () => {
    const g = newGraph();
    const x = g.input("x", "float32", [2]);
    const loss = reduceSum(mul(x, x), null);
    expect(() => hessianVectorProduct(loss, [x], [g.constant(tensorOf("float32", [3], [1, 2, 3]))])).toThrow(/part for x, float32 \[2\], is float32 \[3\]/);
  });

  it("of a quadratic form are its matrix times the direction", async () => {
    const g = newGraph();
    const x = g.input("x", "float64", [2]);
    const a = g.constant(tensorOf("float64", [2, 2], [2, 1, 1, 4]));
    const loss = reduceSum(mul(x, g.op("MatMul", [a, x])), null);
    g.output(hessianVectorProduct(loss, [x], [g.constant(tensorOf("float64", [2], [1, -1]))])[0], "product");
    expect((await runGraph(g, { x: tensorOf("float64", [2], [5, 6]) })).product).toEqual([2, -6]);
  });
});
