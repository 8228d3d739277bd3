import type { Tensor } from "../graph/builder.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { reverseIteration, type IterationGradients } from "./reverseLoop.js";
import { bodyOf, inlined } from "./subgraphs.js";

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
  gradient: { trips: "zero", condition: "zero", carried: (call) => reversed(call).initial[call.slot - 2] },
  captured: (call, name) => reversed(call).captured.get(name) ?? null,
});

function reversed(call: GradientContext): IterationGradients {
  const { inputs, outputGradients, shared } = call;
  return shared("reversed", () => {
    const body = bodyOf(call, "body");
    const initial = inputs.slice(2) as readonly Tensor[];
    return reverseIteration(
      call,
      {
        body: (graph, states, _slices, pass, replaced) => {
          const [keepsOn, ...values] = inlined(graph, body, [pass, graph.scalar(1, "bool"), ...states], replaced);
          return { states: values.slice(0, initial.length), outputs: values.slice(initial.length), keepsOn };
        },
        initial,
        slices: [],
        trips: inputs[0] ?? null,
        condition: inputs[1] ?? null,
      },
      { states: outputGradients.slice(0, initial.length), outputs: outputGradients.slice(initial.length) },
    );
  });
}
