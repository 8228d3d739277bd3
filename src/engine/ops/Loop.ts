import { defineOperator } from "./defineOperator.js";

/** Outputs = carried values after the last pass of the body, then the scanned values of all passes, stacked. ONNX Loop-21. */
export const Loop = defineOperator("Loop", {
  inputs: ["trips?", "condition?", "carried..."],
  outputs: ["carriedAndScanned..."],
  shape: ({ trips, inputs, attribute }) => {
    const body = attribute("body", "graph");
    const carried = Math.max(inputs.length - 2, 0);
    return (body?.outputs.slice(1) ?? []).map((value, i) => {
      if (i < carried) return { type: value.type, shape: inputs[i + 2]?.shape ?? value.shape };
      return { type: value.type, shape: value.shape === null ? null : [trips?.elements?.[0] ?? null, ...value.shape] };
    });
  },
  gradient: "unsupported",
});
