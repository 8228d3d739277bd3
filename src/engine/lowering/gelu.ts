import { float } from "../graph/builder.js";
import { add, erf, exp, mul, scale } from "../graph/functions.js";
import { withGradient } from "../ops/withGradient.js";
import type { LoweringRule } from "./site.js";

/**
 * Gelu(x) = x p, p = P(N <= x) = (1 + erf(x / sqrt 2)) / 2 for a standard normal N (Hendrycks and Gimpel 2016), and its slope p + x density(x): p is
 * kept for the way back, where the operator's own gradient computes erf once more. The line from erf to p is a HardSigmoid, one pass.
 */
export const lowerGelu: LoweringRule = (site, node) => {
  const approximate = node.attributes.approximate;
  const x = site.plain(node.inputs[0])!;
  if ((approximate?.kind === "string" && approximate.value !== "none") || x.type !== "float32") return false;
  const probability = site.into.op("HardSigmoid", [erf(scale(x, Math.SQRT1_2))], { alpha: float(0.5), beta: float(0.5) });
  const [y] = withGradient([mul(x, probability)], [x], ({ outputGradients: [d] }) => {
    const density = exp(scale(mul(x, x), -0.5));
    return mul(d!, add(probability, scale(mul(x, density), 1 / Math.sqrt(2 * Math.PI))));
  });
  site.definePlain(node.outputs[0], y);
  return true;
};
