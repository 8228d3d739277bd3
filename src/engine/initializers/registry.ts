import { z } from "zod";
import type { Chosen } from "../defineKind.js";
import { constant } from "./constant.js";
import type { InitializerKind } from "./defineInitializer.js";
import { glorotNormal } from "./glorotNormal.js";
import { glorotUniform } from "./glorotUniform.js";
import { heNormal } from "./heNormal.js";
import { heUniform } from "./heUniform.js";
import { lecunNormal } from "./lecunNormal.js";
import { normal } from "./normal.js";
import { ones } from "./ones.js";
import { orthogonal } from "./orthogonal.js";
import { uniform } from "./uniform.js";
import { zeros } from "./zeros.js";

/** Every initializer by its name in the training file. */
export const initializers: ReadonlyMap<string, InitializerKind> = new Map(
  [heNormal, heUniform, glorotUniform, glorotNormal, lecunNormal, orthogonal, zeros, ones, constant, normal, uniform].map((kind) => [kind.kind, kind]),
);

/** An initializer as the training file writes it: a name, or `{ constant: c }`, `{ normal: std }`, `{ uniform: limit }`. */
export const initializerSchema = z.union([
  z.enum(["he_normal", "he_uniform", "glorot_uniform", "glorot_normal", "lecun_normal", "orthogonal", "zeros", "ones"]),
  z.strictObject({ constant: z.number().describe("The value of every element.") }),
  z.strictObject({ normal: z.number().min(0).describe("Standard deviation; the mean is 0.") }),
  z.strictObject({ uniform: z.number().min(0).describe("Largest absolute value.") }),
]);
export type InitializerInput = z.infer<typeof initializerSchema>;

/** What the file wrote, as a kind with its arguments. */
export function chooseInitializer(input: InitializerInput): Chosen {
  if (typeof input === "string") return { kind: input, arguments: {} };
  if ("constant" in input) return { kind: "constant", arguments: { value: input.constant } };
  if ("normal" in input) return { kind: "normal", arguments: { std: input.normal } };
  return { kind: "uniform", arguments: { limit: input.uniform } };
}
