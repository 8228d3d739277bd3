import type { Tensor } from "../graph/builder.js";
import { add, concat, gather, mul, reshape, slice, split, sub, transpose, unsqueeze } from "../graph/functions.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { throughForm } from "./equivalentForm.js";
import { like } from "./shapeRules.js";

/** An end from here on means "to the end". */
const endless = 2 ** 31 - 1;

/** Y = pairs of features of each head turned by an angle that goes with the position. ONNX RotaryEmbedding-23. */
export const RotaryEmbedding = defineOperator("RotaryEmbedding", {
  inputs: ["X", "cos", "sin", "positions?"],
  shape: ({ X }) => like(X),
  gradient: { X: rule, cos: rule, sin: rule, positions: "zero" },
});

function rule(call: GradientContext): Tensor | null {
  return throughForm(call, ([x, cos, sin, positions]) => (x && cos && sin ? [turned(call, x, (angles) => anglesAt(angles === "cos" ? cos : sin, positions ?? null))] : []));
}

/** The cosines or sines of each position, [batch, length, 1, pairs]. */
function anglesAt(cache: Tensor, positions: Tensor | null): Tensor {
  return unsqueeze(positions === null ? cache : gather(cache, positions, 0), [2]);
}

function turned(call: Call, x: Tensor, angles: (which: "cos" | "sin") => Tensor): Tensor {
  const byLength = x.rank === 4 ? transpose(x, [0, 2, 1, 3]) : reshape(x, [0, 0, call.int("num_heads", 1), -1]);
  const width = call.int("rotary_embedding_dim", 0);
  const cos = angles("cos");
  const sin = angles("sin");
  const [part, rest] = width === 0 ? [byLength, null] : [slice(byLength, [0], [width], [3]), slice(byLength, [width], [endless], [3])];
  const interleaved = call.int("interleaved", 0) === 1;
  const [first, second] = interleaved ? [0, 1].map((start) => slice(part, [start], [endless], [3], [2])) : halves(part);
  const [real, imaginary] = [sub(mul(cos, first), mul(sin, second)), add(mul(sin, first), mul(cos, second))];
  const both = interleaved ? reshape(concat([unsqueeze(real, [4]), unsqueeze(imaginary, [4])], 4), [0, 0, 0, -1]) : concat([real, imaginary], 3);
  const whole = rest === null ? both : concat([both, rest], 3);
  return x.rank === 4 ? transpose(whole, [0, 2, 1, 3]) : reshape(whole, [0, 0, -1]);
}

function halves(x: Tensor): Tensor[] {
  const width = x.shape?.[3];
  if (typeof width === "number") return split(x, [width / 2, width / 2], 3, 2);
  return x.builder.ops("Split", [x], { axis: 3, num_outputs: 2 }, { outputs: 2 });
}
