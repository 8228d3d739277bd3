/** Compiled code is kept, used, and never trusted: what does not fit or is damaged is compiled anew and replaced. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProduct, objects, type Product } from "../helpers/product.js";

let product: Product;
beforeAll(async () => {
  product = await buildProduct();
}, 60_000);
afterAll(() => product.dispose());

const codeFolder = () => path.join(product.folder, "cache", "descent", "code");
const stored = () => fs.readdirSync(codeFolder()).map((name) => path.join(codeFolder(), name));
const isWhole = (file: string) => {
  const bytes = fs.readFileSync(file);
  return createHash("sha256").update(bytes.subarray(32)).digest().equals(bytes.subarray(0, 32));
};

describe.skipIf(process.platform === "darwin")("compiled code (its folder is elsewhere on macOS)", () => {
  it("is stored by the first start, and the next one prints the same", async () => {
    const first = await product.descent("schema");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(stored().map((file) => path.basename(file))).toEqual([expect.stringMatching(/^cli\.main-schema-[0-9a-f]{32}\.bin$/)]);
    const [file] = stored();
    expect(isWhole(file)).toBe(true);
    const { mtimeMs } = fs.statSync(file);
    expect(await product.descent("schema")).toEqual(first);
    expect(fs.statSync(file).mtimeMs).toBe(mtimeMs);
  });

  it("is replaced where it is damaged, torn, or of other code", async () => {
    const [file] = stored();
    const whole = fs.readFileSync(file);
    const foreign = Buffer.from("no code of V8");
    const damages: Buffer[] = [
      Buffer.from(whole).fill(7, 5000, 5010),
      whole.subarray(0, whole.length / 2),
      Buffer.alloc(0),
      // whole by its digest: V8 itself refuses it
      Buffer.concat([createHash("sha256").update(foreign).digest(), foreign]),
    ];
    const expected = (await product.descent("schema")).stdout;
    for (const damage of damages) {
      fs.writeFileSync(file, damage);
      const { code, stdout, stderr } = await product.descent("schema");
      expect({ code, stderr, same: stdout === expected }).toEqual({ code: 0, stderr: "", same: true });
      expect(isWhole(file)).toBe(true);
      expect(fs.statSync(file).size).toBeGreaterThan(100_000);
    }
  });

  it("is not stored for words that are no command", async () => {
    expect((await product.descent("nothing")).code).toBe(2);
    expect(stored().map((file) => path.basename(file)).filter((name) => name.includes("nothing"))).toEqual([]);
  });

  it("does without where it cannot be kept", async () => {
    const before = await product.descent("schema");
    fs.rmSync(codeFolder(), { recursive: true });
    fs.writeFileSync(codeFolder(), "a file in the folder's place");
    expect(await product.descent("schema")).toEqual(before);
    fs.rmSync(codeFolder());
  });

  it("of a run has its functions of the command line and of the training process, and the run's points are the same", async () => {
    const file = product.trainingFile("points.train.yaml", "data: { train: { generate: blobs, examples: 60 } }\nmodel: [{ dense: 3 }]\ntraining: { epochs: 2, batch_size: 20 }\nthreads: 1\nseed: 1\n");
    const losses = async () => {
      const { code, stdout, stderr } = await product.descent("train", file, "--json");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return objects(stdout).filter(({ event }) => event === "scalars");
    };
    const first = await losses();
    expect(first.length).toBeGreaterThan(0);
    // the training process stores its own as it ends, which the command line does not wait for
    await expect.poll(() => stored().map((each) => path.basename(each).replace(/-[0-9a-f]{32}\.bin$/, "")).sort()).toEqual(["cli.main-train", "runtime.main-train"]);
    expect(await losses()).toEqual(first);
  });
});
