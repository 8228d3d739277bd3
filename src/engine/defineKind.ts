import type { z } from "zod";

/**
 * One entry of a table of names: a layer, a loss, an optimizer, a schedule, an initializer. The training file's
 * checks, completion, hover, docs, lint and the code that builds the graph all come from here.
 */
export interface Kind<Arguments extends z.ZodObject = z.ZodObject> {
  /** Its name in the training file. */
  readonly kind: string;
  /** One sentence for hover and docs. */
  readonly summary: string;
  /** The argument that the short form gives: `dense: 10` is `dense: { units: 10 }`. */
  readonly main?: string;
  /** A strict object; each field `.describe()`d, with its default, type and range. */
  readonly arguments: Arguments;
  /** Where the formula comes from. */
  readonly source?: string;
  /** The argument that holds layers, where one does: a list of them, or branches, each a list. */
  readonly nested?: { readonly argument: string; readonly form: "layers" | "branches" };
  /** Arguments that the training file's page names and that are not built yet: refused as "not supported yet". */
  readonly planned?: readonly string[];
}

/** A kind with its arguments, checked and with defaults filled in; what the engine builds from. */
export interface Chosen {
  readonly kind: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}
