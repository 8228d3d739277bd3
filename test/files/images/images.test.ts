/** Images as Pillow reads them (test/fixtures/images/make.py), and folders of them as data. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import type { DataConfig } from "../../../src/engine/training/config.js";
import { decodeImage } from "../../../src/files/images/decodeImage.js";
import { resizeImage } from "../../../src/files/images/resizeImage.js";
import { loadDataset } from "../../../src/files/loadDataset.js";
import { loadMore } from "../../../src/files/loadMore.js";
import { dataConfig, files } from "../../engine/data/testConfig.js";

const fixtures = path.join(import.meta.dirname, "../../fixtures/images");
interface Expected { readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly pixels: string }
const { resized, ...expected } = JSON.parse(readFileSync(path.join(fixtures, "expected.json"), "utf8")) as Readonly<Record<string, Expected>> & { readonly resized: Readonly<Record<string, string>> };
const bytesOf = (name: string) => new Uint8Array(readFileSync(path.join(fixtures, name)));
const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"));
const farthest = (a: Uint8Array, b: Uint8Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), a.length === b.length ? 0 : Infinity);

async function failure(work: Promise<unknown>): Promise<DescentError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DescentError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("decoding", () => {
  test.each(Object.keys(expected))("%s within 2 levels of Pillow's pixels", async (name) => {
    const { width, height, channels, data } = await decodeImage(bytesOf(name), name, name);
    expect({ width, height, channels }).toEqual({ width: expected[name].width, height: expected[name].height, channels: expected[name].channels });
    expect(farthest(data, fromBase64(expected[name].pixels))).toBeLessThanOrEqual(name.endsWith("png") ? 0 : 2);
  });

  test("a broken image among others that are decoded at the same time is broken alone", async () => {
    const names = Object.keys(expected).filter((name) => name.endsWith("jpg"));
    const whole = await Promise.allSettled([names[0], ...names].map((name, i) => decodeImage(i === 0 ? bytesOf(name).slice(0, -bytesOf(name).length / 2) : bytesOf(name), name, name)));
    expect(whole.map(({ status }) => status)).toEqual(["rejected", ...names.map(() => "fulfilled")]);
  });

  test("four inks are refused", async () => expect(await failure(decodeImage(bytesOf("cmyk.jpg"), "cmyk.jpg", "cmyk.jpg"))).toMatchObject({ code: "image-unsupported" }));

  test.each(["12x16", "9x40", "48x64", "24x5"])("%s: resized as Pillow's bilinear, within a level", (size) => {
    const [height, width] = size.split("x").map(Number);
    const from = { width: 32, height: 24, channels: 3, data: fromBase64(resized.from) } as const;
    expect(farthest(resizeImage(from, height, width).data, fromBase64(resized[size]))).toBeLessThanOrEqual(1);
  });
});

describe("broken images are named, never a crash or a hang", () => {
  test.each(["c420.jpg", "progressive.jpg", "grey.jpg", "rgb.png", "palette.png"])("%s cut off anywhere", async (name) => {
    const bytes = bytesOf(name);
    for (let length = 1; length < bytes.length - 2; length += Math.max(1, Math.floor(bytes.length / 40))) {
      expect(await failure(decodeImage(bytes.slice(0, length), name, name)), `${length} bytes`).toMatchObject({ code: "image-corrupt", message: expect.stringContaining(name) as string });
    }
  });

  test.each(["c420.jpg", "progressive.jpg", "rgb.png", "palette.png"])("%s with bytes turned over is decoded or refused", async (name) => {
    const bytes = bytesOf(name);
    let random = 7;
    for (let trial = 0; trial < 80; trial++) {
      const broken = bytes.slice();
      for (let flips = 0; flips < 3; flips++) {
        random = (Math.imul(random, 1103515245) + 12345) >>> 0;
        broken[(random >>> 8) % broken.length] ^= 1 << (random >>> 29);
      }
      await decodeImage(broken, name, name).catch((error: unknown) => {
        if (!(error instanceof DescentError)) throw error;
        expect(error.code).toMatch(/^image-/);
      });
    }
  });
});

describe("folders of images", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "descent-images-"));
    cpSync(fixtures, folder, { recursive: true });
    for (const set of ["broken", "sizes", "flat"]) mkdirSync(path.join(folder, set), { recursive: true });
    cpSync(path.join(folder, "pets"), path.join(folder, "broken"), { recursive: true });
    writeFileSync(path.join(folder, "broken/cat/2.jpg"), readFileSync(path.join(folder, "pets/cat/2.jpg")).subarray(0, 300));
    cpSync(path.join(folder, "pets"), path.join(folder, "sizes"), { recursive: true });
    cpSync(path.join(folder, "odd.jpg"), path.join(folder, "sizes/dog/zz.jpg"));
    cpSync(path.join(folder, "pets/cat"), path.join(folder, "flat"), { recursive: true });
    writeFileSync(path.join(folder, "flat.csv"), "label\n0\n1\n0\n1\n0\n1\n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const load = (data: Partial<DataConfig>) => loadDataset(dataConfig({ train: files("pets"), split: { validation: 0, test: 0, stratify: "auto", seed: 0 }, ...data }), { folder, log: () => {}, scratch: folder });

  test("a folder a class, found by itself; bytes, channels first", async () => {
    const dataset = await load({ scaling: "unit" });
    expect([dataset.inputs.type, dataset.inputs.dims, dataset.inputKind, dataset.classes]).toEqual(["uint8", [12, 3, 8, 10], "image", ["cat", "dog"]]);
    expect(Array.from(dataset.targets.data as BigInt64Array, Number)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    const { data } = await decodeImage(new Uint8Array(readFileSync(path.join(folder, "pets/cat/1.png"))), "", "");
    const red = Array.from({ length: 80 }, (_, i) => data[3 * i]);
    expect(Array.from((dataset.inputs.data as Uint8Array).subarray(240, 320))).toEqual(red);
  });

  test("by a glob, with other folders for the test, streamed the same", async () => {
    const data = { train: files("pets/*/*"), test: files("pets"), scaling: "standardize" } as const;
    const [inMemory, streamed] = [await load(data), await load({ ...data, stream: true })];
    const { inputs: _a, stream: _b, ...rest } = inMemory;
    const { inputs: _c, stream, sample, ...others } = streamed;
    expect(sample!.inputs.dims).toEqual([12, 3, 8, 10]);
    expect(others).toEqual(rest);
    expect((await stream!.read(Int32Array.from({ length: 24 }, (_, i) => i), true)).data).toEqual(inMemory.inputs.data);
    await stream!.dispose();
  });

  test("one folder with a file of labels; without one they are missing", async () => {
    expect((await load({ train: files("flat"), labels: "flat.csv" })).targets.dims).toEqual([6]);
    expect((await failure(load({ train: files("flat") }))).code).toBe("labels-missing");
  });

  test("a broken image is named; left out only where the file says so", async () => {
    expect(await failure(load({ train: files("broken") }))).toMatchObject({ code: "image-corrupt", message: expect.stringContaining("broken/cat/2.jpg") as string, location: { path: "data.train" } });
    const told: string[] = [];
    const dataset = await loadDataset(dataConfig({ train: files("broken"), onCorrupt: "skip" }), { folder, log: (level, text) => { if (level === "warning") told.push(text); } });
    expect([dataset.inputs.dims[0], told]).toEqual([11, ["1 broken image was left out: broken/cat/2.jpg."]]);
  });

  test("sizes that differ are an error that names the first such image, unless they are resized", async () => {
    expect(await failure(load({ train: files("sizes") }))).toMatchObject({ code: "image-sizes", message: "sizes/dog/zz.jpg is 13 x 19 pixels (height x width), the first image 8 x 10: say resize: [8, 10] in data." });
    expect((await load({ train: files("sizes"), resize: [6, 7] })).inputs.dims).toEqual([13, 3, 6, 7]);
  });

  test("further images for prediction, of the same size or resized as the training images were", async () => {
    const dataset = await load({ scaling: "unit" });
    expect((await loadMore(dataset.reading, dataset.scaling, ["pets/dog"], folder)).inputs.dims).toEqual([6, 3, 8, 10]);
    expect((await failure(loadMore(dataset.reading, dataset.scaling, ["odd.jpg"], folder))).code).toBe("image-sizes");
    const resizing = await load({ resize: [6, 7] });
    expect((await loadMore(resizing.reading, resizing.scaling, ["odd.jpg"], folder)).inputs.dims).toEqual([1, 3, 6, 7]);
  });
});
