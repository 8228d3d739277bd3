import type { Tensor } from "../graph/builder.js";
import { iterationShapes } from "./bodyShapes.js";
import { defineOperator, type GradientContext } from "./defineOperator.js";
import { reverseIteration, type IterationGradients } from "./reverseLoop.js";
import { bodyOf, inlined } from "./subgraphs.js";

/** Outputs = carried values after the last pass of the body, then the scanned values of all passes, stacked. ONNX Loop-21. */
export const Loop = defineOperator("Loop", {
  inputs: ["trips?", "condition?", "carried..."],
  outputs: ["carriedAndScanned..."],
  shape: (call) => {
    const { trips, condition, inputs, graph } = call;
    const initial = inputs.slice(2).map((x) => ({ type: x?.type ?? "float32", shape: x?.shape ?? null }));
    // a pass is made only while the condition holds
    const own = [{ type: "int64" as const, shape: [] }, graph.scalar(1, "bool")];
    const { states, outputs } = iterationShapes(graph, bodyOf(call, "body"), initial, (carried) => [...own, ...carried], 1);
    const starts = condition === null || condition.elements?.[0] === 1;
    const passes = starts && outputs[0]?.elements?.[0] === 1 ? (trips?.elements?.[0] ?? null) : null;
    const scanned = outputs.slice(1 + initial.length);
    return [...states, ...scanned.map(({ type, shape }) => ({ type, shape: shape === null ? null : [passes, ...shape] }))];
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
