import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { concat, gather, mul, slice, squeeze, unsqueeze } from "../graph/functions.js";
import { defineOperator, type Call } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { transformed } from "./fourier.js";
import { integersOf } from "./shapeRules.js";

/** Y = Fourier transforms of windows of a signal, [N, frames, frequencies, 2]. ONNX STFT-17. */
export const STFT = defineOperator("STFT", {
  inputs: ["X", "step", "window?", "length?"],
  shape: (call) => {
    const { X } = call;
    const sizes = framing(call);
    return [{ type: X.type, shape: X.shape === null ? null : [X.shape[0], sizes?.frames ?? null, sizes?.bins ?? null, 2] }];
  },
  gradient: { X: rule, step: "zero", window: rule, length: "zero" },
});

function rule(call: Parameters<typeof throughForm>[0]): Tensor | null {
  return throughForm(call, ([x, , window]) => {
    if (!x) return [];
    const sizes = framing(call);
    if (sizes === null) throw new DescentError("shape-unknown", "The gradient of STFT needs known lengths of the signal, of its frames, and of the step.");
    const { frames, step, length, bins } = sizes;
    const places = BigInt64Array.from({ length: frames * length }, (_, i) => BigInt(Math.floor(i / length) * step + (i % length)));
    const indices = call.graph.constant({ type: "int64", dims: [frames, length], data: places });
    const part = (i: number): Tensor => {
      const framed = gather(x.rank === 2 ? x : squeeze(slice(x, [i], [i + 1], [2]), [2]), indices, 1);
      return window ? mul(framed, window) : framed;
    };
    const result = transformed({ real: part(0), imaginary: x.rank === 3 && x.shape?.[2] === 2 ? part(1) : null }, { count: length, length, bins, inverse: false });
    return [concat([unsqueeze(result.real, [3]), unsqueeze(result.imaginary, [3])], 3)];
  });
}

/** How many frames of which length there are, at which distance, and how many frequencies; null where that is not known while building. */
function framing(call: Call): { readonly frames: number; readonly step: number; readonly length: number; readonly bins: number } | null {
  const [x, stepInput, window, lengthInput] = call.inputs;
  const step = integersOf(stepInput ?? null)?.[0];
  const length = lengthInput ? integersOf(lengthInput)?.[0] : window?.shape?.[0];
  const size = x?.shape?.[1];
  if (step === undefined || typeof length !== "number" || typeof size !== "number") return null;
  return { frames: Math.floor((size - length) / step) + 1, step, length, bins: call.int("onesided", 1) === 1 ? Math.floor(length / 2) + 1 : length };
}
