import { DescentError } from "../../common/errors.js";
import type { Tensor } from "../graph/builder.js";
import { cast, dimOf, equal, onesLike, reshape } from "../graph/functions.js";
import type { Dim } from "../graph/types.js";
import { defineOperator, type Call, type GradientContext } from "./defineOperator.js";

/** Y = the sum of the inputs' products over the subscripts that the equation leaves out. ONNX Einsum-12. */
export const Einsum = defineOperator("Einsum", {
  inputs: ["inputs..."],
  shape: (call) => {
    const type = call.inputs[0]?.type ?? "float32";
    if (call.inputs.some((input) => !input?.shape)) return [{ type, shape: null }];
    const { operands, result } = subscriptsOf(call);
    const dims = new Map<string, Dim>();
    operands.forEach((subscripts, i) => {
      [...subscripts].forEach((letter, axis) => {
        const known = dims.get(letter);
        if (known === undefined || known === 1) dims.set(letter, call.inputs[i]?.shape?.[axis] ?? null);
      });
    });
    return [{ type, shape: [...result].map((letter) => dims.get(letter) ?? null) }];
  },
  gradient: { inputs: (call) => byOperand(call) },
});

interface Subscripts {
  /** One string of letters an operand, and one for the result; an ellipsis is written out in letters of its own. */
  readonly operands: readonly string[];
  readonly result: string;
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function subscriptsOf(call: Call): Subscripts {
  const equation = call.text("equation", "").replaceAll(" ", "");
  const [left, right] = equation.split("->");
  const parts = left.split(",");
  const unused = unusedLetters(equation);
  const ranks = parts.map((part, i) => (part.includes("...") ? (call.inputs[i]?.rank ?? 0) - (part.length - 3) : 0));
  const shared = unused.slice(0, Math.max(...ranks, 0));
  const operands = parts.map((part, i) => part.replace("...", shared.slice(shared.length - ranks[i])));
  if (operands.some((part, i) => part.length !== call.inputs[i]?.rank)) {
    throw new DescentError("shape-mismatch", `The equation ${equation} does not fit inputs of ${call.inputs.map((input) => input?.rank).join(", ")} dimensions.`);
  }
  if (right !== undefined) return { operands, result: right.replace("...", shared) };
  const all = operands.join("");
  const once = [...new Set(left.replaceAll(/[.,]/g, ""))].filter((letter) => all.split(letter).length === 2).sort();
  return { operands, result: shared + once.join("") };
}

function unusedLetters(text: string): string {
  return [...letters].filter((letter) => !text.includes(letter)).join("");
}

/** The same kind of sum with the gradient in the place of the operand; subscripts that the others lack come in by ones. */
function byOperand(call: GradientContext): Tensor {
  const { graph, inputs, slot } = call;
  const dY = call.outputGradients[0] as Tensor;
  const { operands, result } = subscriptsOf(call);
  const own = operands[slot];
  const x = inputs[slot] as Tensor;
  const free = unusedLetters([...operands, result].join(""));
  // a subscript that stands twice takes a diagonal: its repetitions get letters of their own, and identities put them back
  let next = 0;
  const diagonals: { readonly first: string; readonly again: string; readonly axis: number }[] = [];
  const distinct = [...own].map((letter, axis) => {
    if (own.indexOf(letter) === axis) return letter;
    const again = free[next++];
    diagonals.push({ first: letter, again, axis });
    return again;
  });
  const others = operands.flatMap((subscripts, i) => (i === slot ? [] : [{ subscripts, tensor: inputs[i] as Tensor }]));
  const present = new Set(result + others.map(({ subscripts }) => subscripts).join("") + diagonals.map(({ first, again }) => first + again).join(""));
  const terms = [
    { subscripts: result, tensor: dY },
    ...others,
    ...diagonals.map(({ first, again, axis }) => ({ subscripts: first + again, tensor: identity(x, axis) })),
    ...(distinct.every((letter) => present.has(letter)) ? [] : [{ subscripts: distinct.join(""), tensor: onesLike(x) }]),
  ];
  return graph.op("Einsum", terms.map(({ tensor }) => tensor), { equation: `${terms.map(({ subscripts }) => subscripts).join()}->${distinct.join("")}` });
}

/** The identity matrix as large as an axis of x. */
function identity(x: Tensor, axis: number): Tensor {
  const g = x.builder;
  const places = g.op("Range", [g.scalar(0, "int64"), reshape(dimOf(x, axis), []), g.scalar(1, "int64")]);
  return cast(equal(reshape(places, [-1, 1]), reshape(places, [1, -1])), x.type);
}
