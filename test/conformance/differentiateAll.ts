/** Differentiates the models that a JSON file lists, [{ in, out, wrt }] with the loss called `weighted_loss`; prints one JSON object a model: { ok } or { ok: false, error }. */
import fs from "node:fs";
import { toDescentError } from "../../src/common/errors.js";
import { differentiateModel } from "../../src/engine/differentiation/differentiateModel.js";
import { decodeModel } from "../../src/engine/onnx/decode.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";

interface Job {
  readonly in: string;
  readonly out: string;
  readonly wrt: readonly string[];
}

for (const job of JSON.parse(fs.readFileSync(process.argv[2], "utf8")) as readonly Job[]) {
  try {
    fs.writeFileSync(job.out, encodeModel(differentiateModel(decodeModel(fs.readFileSync(job.in)), { loss: "weighted_loss", wrt: job.wrt })));
    console.log(JSON.stringify({ ok: true }));
  } catch (error) {
    const { code, message } = toDescentError(error);
    console.log(JSON.stringify({ ok: false, error: `${code}: ${message}` }));
  }
}
