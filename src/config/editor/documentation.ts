/** What the editor says about a key or a kind: Markdown from the schema that checks files. */
import { z } from "zod";
import type { Kind } from "../../engine/defineKind.js";
import { bare, describe, inner } from "../describe.js";
import { forms } from "../schema/navigate.js";
import { marks } from "../schema/marks.js";

/** The description of a schema, or of what it wraps. */
export function descriptionOf(schema: z.ZodType): string {
  if (schema.description !== undefined) return schema.description;
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional ? descriptionOf(inner(schema)) : "";
}

/** The default as the file would write it; null for none. */
export function defaultOf(schema: z.ZodType): string | null {
  if (schema instanceof z.ZodOptional) return defaultOf(inner(schema));
  if (!(schema instanceof z.ZodDefault)) return null;
  const value = schema.def.defaultValue;
  return typeof value === "object" ? (Object.keys(value as object).length === 0 ? null : JSON.stringify(value).replace(/"/g, "").replace(/([:,])/g, "$1 ")) : String(value);
}

/** A key: what it is, what is allowed, its default. */
export function keyDocumentation(schema: z.ZodType): string {
  const standard = defaultOf(schema);
  const isSection = forms(schema).every((form) => form instanceof z.ZodObject && marks.get(form)?.table === undefined);
  const allowed = isSection ? "" : `Allowed: ${describe(bare(schema))}.`;
  return [descriptionOf(schema), allowed, standard === null ? "" : `Default: \`${standard}\`.`].filter((part) => part !== "").join("\n\n");
}

/** A kind: what it does, its arguments, its source. */
export function kindDocumentation(kind: Kind): string {
  const rows = Object.entries(kind.arguments.shape).map(([name, schema]) => {
    const standard = defaultOf(schema as z.ZodType);
    const short = name === kind.main ? ` (short form: \`${kind.kind}: ...\`)` : "";
    return `- \`${name}\`${standard === null ? "" : ` = \`${standard}\``}${short}: ${descriptionOf(schema as z.ZodType)}`;
  });
  return [kind.summary, rows.join("\n"), kind.source === undefined ? "" : `Source: ${kind.source}`].filter((part) => part !== "").join("\n\n");
}
