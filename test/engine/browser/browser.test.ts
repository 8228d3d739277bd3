/** The engine as a library: the same code trains in Node and in a browser page, and the README's code runs in both. */
import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { mul, reduceSum, square } from "../../../src/engine/graph/functions.js";
import { newGraph } from "../../../src/engine/ops/inference.js";
import { backend, modelOf } from "../../helpers/backend.js";
import { chromiumPath, launch } from "../../webview/harness/chromium.mjs";
import { trainDigits, type Trained } from "./train.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const engine = path.join(root, "src", "engine");
const runtimeFolder = path.dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));

const file = `
data: { train: images-idx3-ubyte, labels: labels-idx1-ubyte, split: { validation: 0.2, test: 0 }, scaling: unit }
model:
  - flatten
  - dense: { units: 128, activation: relu }
  - dense: { units: 64, activation: relu }
  - dense: 10
optimizer: { adam: { lr: 3e-3 } }
training: { epochs: 2, batch_size: 64 }
device: cpu
threads: 1
`;

/** The first 1,000 digits as IDX files. */
const count = 1000;
function idx(name: string, header: number, each: number): Uint8Array {
  const bytes = Uint8Array.from(gunzipSync(readFileSync(path.join(root, "examples", "data", name))).subarray(0, header + each * count));
  new DataView(bytes.buffer).setUint32(4, count);
  return bytes;
}
const images = idx("t10k-images-idx3-ubyte.gz", 16, 784);
const labels = idx("t10k-labels-idx1-ubyte.gz", 8, 1);

/** The README's blocks of code as modules that leave what `left` names at `globalThis.left`. */
const blocks = [...readFileSync(path.join(engine, "README.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
async function moduleOf(code: string, left: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `${code}\nglobalThis.left = ${left};`, loader: "ts", resolveDir: engine }, bundle: true, write: false, format: "esm", target: "es2022", platform: "browser", logLevel: "error",
  });
  return outputFiles[0].text;
}

/** A model for the second block: the loss sum (w x)^2, whose gradient is 2 w x^2. */
function quadratic(): Uint8Array {
  const g = newGraph();
  const w = g.initializer("w", { type: "float32", dims: [3], data: Float32Array.of(1, -2, 3) });
  g.output(reduceSum(square(mul(w, g.input("x", "float32", [3]))), null), "loss");
  return encodeModel(modelOf(g));
}
const feeds = { x: { type: "float32" as const, dims: [3], data: Float32Array.of(1, 2, 0.5) } };
const gradient = [2, -16, 1.5];

describe("the README's code in Node", () => {
  const run = async (code: string, left: string): Promise<unknown> => {
    await import(`data:text/javascript;base64,${Buffer.from(await moduleOf(code, left)).toString("base64")}`);
    return (globalThis as { left?: unknown }).left;
  };

  it("has two blocks; the one that trains takes some 20 lines after its imports", () => {
    expect(blocks).toHaveLength(2);
    const lines = blocks[0].split("\n").filter((line) => line.trim() !== "" && !line.startsWith("import"));
    expect(lines.length).toBeLessThanOrEqual(26);
  });

  it("trains", async () => {
    Object.assign(globalThis, { backend });
    expect(await run(blocks[0], "results.loss.data[0]")).toBeLessThan(0.001);
  });

  it("differentiates a file", async () => {
    Object.assign(globalThis, { backend, bytes: quadratic(), feeds });
    expect(await run(blocks[1], "Array.from(results.w_grad.data)")).toEqual(gradient);
  });
});

describe.skipIf(chromiumPath === undefined)("in a browser page on onnxruntime-web (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  let page: Page;
  let server: http.Server;
  const served = new Map<string, { readonly type: string; readonly body: string | Uint8Array }>();

  beforeAll(async () => {
    const { outputFiles } = await esbuild.build({
      // csv-parse has a build for pages, slower than the one for Node
      alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" },
      absWorkingDir: root, entryPoints: ["test/engine/browser/page.ts"], bundle: true, write: false, format: "esm", target: "es2022", platform: "browser", logLevel: "error",
    });
    const script = (body: string): { type: string; body: string } => ({ type: "text/javascript", body });
    served.set("/", { type: "text/html", body: "<!DOCTYPE html><title>Engine</title><script type=\"module\" src=\"/page.js\"></script>" });
    served.set("/page.js", script(outputFiles[0].text));
    served.set("/train.js", script(await moduleOf(blocks[0], "results.loss.data[0]")));
    served.set("/differentiate.js", script(await moduleOf(blocks[1], "Array.from(results.w_grad.data)")));
    served.set("/images", { type: "application/octet-stream", body: images });
    served.set("/labels", { type: "application/octet-stream", body: labels });
    server = http.createServer((request, response) => {
      const address = request.url ?? "/";
      const runtimeFile = /^\/onnxruntime\/([\w.-]+\.(mjs|wasm))$/.exec(address);
      const found = runtimeFile ? { type: runtimeFile[2] === "mjs" ? "text/javascript" : "application/wasm", body: readFileSync(path.join(runtimeFolder, runtimeFile[1])) } : served.get(address);
      response.writeHead(found === undefined ? 404 : 200, { "content-type": found?.type ?? "text/plain" }).end(found?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    browser = await launch();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
    await page.waitForFunction("window.train !== undefined");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("trains the MLP on digits as Node does, from the same code", async () => {
    const inPage = (await page.evaluate((text) => (window as unknown as { train(text: string): Promise<Trained> }).train(text), file));
    const inNode = await trainDigits(file, images, labels, backend);
    expect(inPage.losses.length).toBe(26);
    inPage.losses.forEach((loss, step) => expect(Math.abs(loss - inNode.losses[step]), `loss of step ${step + 1}`).toBeLessThan(1e-4));
    expect(inPage.losses.at(-1)!).toBeLessThan(0.5 * inPage.losses[0]);
    expect(inPage.metrics["validation/accuracy"]).toBeGreaterThan(0.7);
    const exported = decodeModel(Uint8Array.from(inPage.exported));
    expect(exported.graph.nodes.map(({ op }) => op)).toEqual(decodeModel(Uint8Array.from(inNode.exported)).graph.nodes.map(({ op }) => op));
  });

  it("trains by the README's code", async () => {
    expect(await page.evaluate("import('/train.js').then(() => globalThis.left)")).toBeLessThan(0.001);
  });

  it("differentiates a file by the README's code", async () => {
    const given = JSON.stringify({ bytes: Array.from(quadratic()), x: Array.from(feeds.x.data) });
    await page.evaluate(`Object.assign(globalThis, (({ bytes, x }) => ({ bytes: Uint8Array.from(bytes), feeds: { x: { type: "float32", dims: [3], data: Float32Array.from(x) } } }))(${given}))`);
    const left = await page.evaluate("import('/differentiate.js').then(() => globalThis.left)");
    expect(left).toEqual(gradient);
  });
});
