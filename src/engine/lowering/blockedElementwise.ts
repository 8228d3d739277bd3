import type { LoweringRule } from "./site.js";

/** An elementwise operator of one input that lies in blocks: the same operator, whatever the order of the elements. Its value at 0 has to be finite, for channels that only fill up. */
export const lowerUnary: LoweringRule = (site, node) => {
  if (!site.isBlocked(node.inputs[0])) return false;
  site.define(node.outputs[0], site.into.op(node.op, [site.blocked(node.inputs[0])], node.attributes));
  return true;
};

/** Add, Sub or Mul of two values of the same shape of which one lies in blocks: the other (a mask, a branch) is put in blocks too. */
export const lowerBinary: LoweringRule = (site, node) => {
  const [a, b] = node.inputs;
  if (!site.isBlocked(a) && !site.isBlocked(b)) return false;
  const [dims, others] = [site.dims(a), site.dims(b)];
  if (dims?.length !== 4 || others?.length !== 4 || dims.some((dim, i) => dim !== others[i])) return false;
  site.define(node.outputs[0], site.into.op(node.op, [site.blocked(a), site.blocked(b)], {}));
  return true;
};
