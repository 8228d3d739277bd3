import type { Tensor } from "../graph/builder.js";
import { dimOf, reshape, transpose } from "../graph/functions.js";
import { axesOf, axisOf } from "../graph/shapes.js";
import { iterationShapes } from "./bodyShapes.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";
import { reverseIteration, reversedStack, type IterationGradients } from "./reverseLoop.js";
import { bodyOf, inlined } from "./subgraphs.js";

/** Outputs = states after the body's last pass, then what each pass gave, stacked; a pass sees one slice of each scanned input. ONNX Scan-21. */
export const Scan = defineOperator("Scan", {
  inputs: ["statesAndScanned..."],
  outputs: ["statesAndStacked..."],
  shape: (call) => {
    const { inputs } = call;
    const states = stateCount(call);
    const scanned = inputs[states];
    const passes = scanned?.shape?.[axisOf(call.ints("scan_input_axes")?.[0] ?? 0, scanned.rank)] ?? null;
    const [initial, slices] = [inputs.slice(0, states), inputs.slice(states)].map((values) => values.map((x) => ({ type: x?.type ?? ("float32" as const), shape: x?.shape ?? null })));
    const parts = slices.map(({ type, shape }, i) => ({ type, shape: shape?.toSpliced(axisOf(call.ints("scan_input_axes")?.[i] ?? 0, shape.length), 1) ?? null }));
    const found = iterationShapes(call.graph, bodyOf(call, "body"), initial, (carried) => [...carried, ...parts], 0);
    const stacks = found.outputs.slice(states).map(({ type, shape }, i) => {
      const axis = shape === null ? 0 : axisOf(call.ints("scan_output_axes")?.[i] ?? 0, shape.length + 1);
      return { type, shape: shape === null ? null : shape.toSpliced(axis, 0, passes) };
    });
    return [...found.states, ...stacks];
  },
  gradient: {
    statesAndScanned: (call) => {
      const states = stateCount(call);
      const { initial, slices } = reversed(call);
      if (call.slot < states) return initial[call.slot];
      const stack = slices[call.slot - states];
      return stack === null ? null : laidOut(stack, inputLayout(call, call.slot - states));
    },
  },
  captured: (call, name) => reversed(call).captured.get(name) ?? null,
});

function stateCount(call: Call): number {
  return call.inputs.length - call.int("num_scan_inputs", 1);
}

/** Where the passes lie in a scanned tensor, and whether they go backwards. */
interface Layout {
  readonly axis: number;
  readonly backwards: boolean;
}

function inputLayout(call: Call, i: number): Layout {
  return { axis: call.ints("scan_input_axes")?.[i] ?? 0, backwards: call.ints("scan_input_directions")?.[i] === 1 };
}

function outputLayout(call: Call, i: number): Layout {
  return { axis: call.ints("scan_output_axes")?.[i] ?? 0, backwards: call.ints("scan_output_directions")?.[i] === 1 };
}

/** A scanned tensor with the passes first, in their order. */
function stacked(x: Tensor, { axis, backwards }: Layout): Tensor {
  const front = axisOf(axis, x.rank);
  const first = transpose(x, [front, ...axesOf(null, x.rank).filter((other) => other !== front)]);
  return backwards ? reversedStack(first) : first;
}

/** The other way round. */
function laidOut(stack: Tensor, { axis, backwards }: Layout): Tensor {
  const front = axisOf(axis, stack.rank);
  const others = axesOf(null, stack.rank).slice(1);
  return transpose(backwards ? reversedStack(stack) : stack, others.toSpliced(front, 0, 0));
}

function reversed(call: GradientContext): IterationGradients {
  const { inputs, outputGradients, shared } = call;
  return shared("reversed", () => {
    const body = bodyOf(call, "body");
    const count = stateCount(call);
    const slices = inputs.slice(count).map((x, i) => stacked(x as Tensor, inputLayout(call, i)));
    return reverseIteration(
      call,
      {
        body: (graph, states, parts, _pass, replaced) => {
          const values = inlined(graph, body, [...states, ...parts], replaced);
          return { states: values.slice(0, count), outputs: values.slice(count), keepsOn: null };
        },
        initial: inputs.slice(0, count) as readonly Tensor[],
        slices,
        trips: reshape(dimOf(slices[0], 0), []),
        condition: null,
      },
      {
        states: outputGradients.slice(0, count),
        outputs: outputGradients.slice(count).map((gradient, i) => (gradient === null ? null : stacked(gradient, outputLayout(call, i)))),
      },
    );
  });
}
