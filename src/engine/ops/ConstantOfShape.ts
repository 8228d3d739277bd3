import { numbersOf } from "../graph/tensorData.js";
import { defineOperator } from "./defineOperator.js";
import { requestedShape } from "./shapeRules.js";

/** Y = a tensor of the given shape, one value everywhere, by default 0. ONNX ConstantOfShape-21. */
export const ConstantOfShape = defineOperator("ConstantOfShape", {
  inputs: ["shape"],
  shape: ({ shape, attribute }) => {
    const value = attribute("value", "tensor");
    const dims = requestedShape(shape);
    const length = dims?.length === 1 ? dims[0] : null;
    const element = value === undefined ? 0 : numbersOf(value)[0];
    const elements = typeof length === "number" && length <= 64 ? Array.from({ length }, () => element) : null;
    return [{ type: value?.type ?? "float32", shape: dims, elements }];
  },
  gradient: "zero",
});
