/**
 * CUDA support as a user gets it: fetched from the index that pip asks, into the development cache (2 GB, kept there), and loaded. A machine
 * without a GPU loads all of it up to the driver. Skipped, with the reason, where the index cannot be reached (or is lost on the way) or there is no space.
 */
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheFolder } from "../../scripts/workbench/cache.mjs";
import { cudaFolder, readInstallation } from "../../src/devices/install/installation.js";
import { cudaPlatform } from "../../src/devices/packages.js";
import type { Device } from "../../src/protocol/devices.js";
import { buildProduct, type Product } from "../helpers/product.js";

let product: Product;
/** Why it cannot be tried here; null: it can. */
let reason: string | null = null;
const cache = path.join(cacheFolder(), "cuda-test");

beforeAll(async () => {
  product = await buildProduct(cache);
  if (process.platform !== "linux" || cudaPlatform() === null) reason = `the test is for Linux on x64, and this is ${process.platform}-${process.arch}`;
  else {
    const plan = await product.descent("devices", "install", "cuda", "--plan", "--json");
    if (plan.code !== 0) reason = plan.stderr.trim();
  }
});
afterAll(() => product.dispose());

describe("descent devices install cuda", () => {
  it("fetches, verifies and loads everything up to the driver", async (context) => {
    if (reason !== null) return context.skip(reason);
    const installed = await product.descent("devices", "install", "cuda", "--json");
    // the index answered before; a line that breaks on the way is the machine's trouble
    if (installed.stderr.includes("index-unreachable")) return context.skip(installed.stderr.trim());
    expect(installed.stderr).toBe("");
    expect(installed.code).toBe(0);
    const storage = path.join(cache, "descent");
    const installation = readInstallation(cudaFolder(storage))!;
    expect(installation.packages.map(({ digest }) => digest)).toEqual(installation.packages.map(() => expect.stringMatching(/^[0-9a-f]{64}$/) as string));
    expect(fs.existsSync(path.join(cudaFolder(storage), "downloads"))).toBe(false);

    const { stdout } = await product.descent("devices", "--json");
    const cuda = stdout.trim().split("\n").map((line) => JSON.parse(line) as Device).find(({ id }) => id === "cuda:0")!;
    const link = Object.fromEntries(cuda.links.map((each) => [each.name, each]));
    // each library goes through the system's loader
    expect(link.libraries).toMatchObject({ ok: true, todo: null });
    if (link.driver.ok && link.gpu.ok) return expect(link.provider).toMatchObject({ ok: true });
    expect(link.provider).toMatchObject({ ok: false, detail: expect.stringMatching(/^libcuda\.so\.1: cannot open shared object file/) as string, todo: expect.stringContaining("install NVIDIA's driver") as string });
    expect(cuda).toMatchObject({ usable: false, missing: expect.stringMatching(/^driver: /) as string });
  });

  it("leaves training on the processor as it is where there is no driver", async (context) => {
    if (reason !== null) return context.skip(reason);
    const file = product.trainingFile("moons.train.yaml", "data: { train: { generate: two_moons, examples: 200 } }\nmodel: [{ dense: { units: 8, activation: tanh } }, { dense: 2 }]\ntraining: { epochs: 2 }\nseed: 1\n");
    const { code, stdout, stderr } = await product.descent("train", file, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout.split("\n").find((line) => line.includes("\"event\":\"start\""))!)).toMatchObject({ device: expect.stringMatching(/^(cpu|cuda:0)$/) as string });
  });
});
