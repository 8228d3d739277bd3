/** Ways through the schema: what may stand at a path, whatever form the file chose. */
import { z } from "zod";
import type { Kind } from "../../engine/defineKind.js";
import { bare, optionsOf } from "../describe.js";
import type { Segment } from "../path.js";
import { argumentsSchema, entryName, type KindTable, marks } from "./marks.js";
import { trainingFileSchema } from "./trainingFile.js";

/** Every schema that a value at this path may have; none where the path leads nowhere. */
export function schemasAt(path: readonly Segment[]): z.ZodType[] {
  return path.reduce<z.ZodType[]>((schemas, segment) => schemas.flatMap((schema) => children(schema, segment)), [trainingFileSchema]);
}

/** The forms of a schema: a union's alternatives, without defaults; a choice of kinds is one form. */
export function forms(schema: z.ZodType): z.ZodType[] {
  const plain = bare(schema);
  return plain instanceof z.ZodUnion && marks.get(plain)?.table === undefined ? optionsOf(plain).flatMap(forms) : [plain];
}

function children(schema: z.ZodType, segment: Segment): z.ZodType[] {
  return forms(schema).flatMap((form) => {
    const table = marks.get(form)?.table;
    if (table !== undefined) return typeof segment === "string" ? ofKind(table, segment) : [];
    if (form instanceof z.ZodObject) return Object.hasOwn(form.shape, segment) ? [form.shape[segment] as z.ZodType] : [];
    if (form instanceof z.ZodRecord) return typeof segment === "string" ? [form.valueType as z.ZodType] : [];
    if (form instanceof z.ZodArray) return typeof segment === "number" ? [form.element as z.ZodType] : [];
    return form instanceof z.ZodTuple && typeof segment === "number" && segment < form.def.items.length ? [form.def.items[segment] as z.ZodType] : [];
  });
}

function ofKind(table: KindTable, kind: string): z.ZodType[] {
  const entry = table.kinds.get(kind);
  if (entry === undefined) return table.named && kind === "name" ? [entryName] : [];
  const full = argumentsSchema(table, entry);
  return [full, ...(entry.main === undefined ? [] : [full.shape[entry.main] as z.ZodType])];
}

/** The kind that the last step of a path names (`optimizer.adam`), with its table; null where it names none. */
export function kindAt(path: readonly Segment[]): { readonly table: KindTable; readonly kind: Kind } | null {
  const last = path[path.length - 1];
  if (typeof last !== "string") return null;
  for (const schema of schemasAt(path.slice(0, -1)).flatMap(forms)) {
    const table = marks.get(schema)?.table;
    const kind = table?.kinds.get(last);
    if (table !== undefined && kind !== undefined) return { table, kind };
  }
  return null;
}
