/** What a schema says in words, and what of it speaks to a value of the file. */
import { isMap, isScalar, isSeq, type Node } from "yaml";
import { z } from "zod";
import { type KindTable, marks } from "./schema/marks.js";

/** The schema within a default or an optional one. */
export function inner(schema: z.ZodType): z.ZodType {
  return (schema.def as unknown as { innerType: z.ZodType }).innerType;
}

/** The schema without its defaults; one that is looked up late is looked up. */
export function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodLazy) return bare(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional ? bare(inner(schema)) : schema;
}

/** A union's alternatives, unions within it opened; a choice of kinds stays whole. */
export function optionsOf(schema: z.ZodUnion): z.ZodType[] {
  return (schema.options as z.ZodType[]).map((option) => (option instanceof z.ZodLazy ? (option.unwrap() as z.ZodType) : option)).flatMap((option) => (option instanceof z.ZodUnion && marks.get(option)?.table === undefined ? optionsOf(option) : [option]));
}

/** Whether a value of this form - scalar, mapping, list - could be meant for a schema. */
export function takes(schema: z.ZodType, node: Node | null): boolean {
  if (marks.get(schema)?.table !== undefined) return isMap(node) || isScalar(node);
  if (isMap(node)) return schema instanceof z.ZodObject || schema instanceof z.ZodRecord;
  if (isSeq(node)) return schema instanceof z.ZodArray || schema instanceof z.ZodTuple;
  const value = isScalar(node) ? node.value : null;
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodString) return typeof value === "string" || marks.get(schema)?.text === true;
  if (schema instanceof z.ZodLiteral) return schema.safeParse(value).success;
  if (schema instanceof z.ZodNumber) return typeof value === "number";
  if (schema instanceof z.ZodBoolean) return typeof value === "boolean";
  return schema instanceof z.ZodNull && value === null;
}

/** A scalar's value; names of columns and classes keep their spelling (`007`). */
export function scalarValue(schema: z.ZodType, node: Node | null): unknown {
  if (!isScalar(node)) return null;
  if (marks.get(schema)?.text === true && node.value !== null && typeof node.value !== "string") return node.source ?? String(node.value);
  return node.value;
}

/** The words that a value may be: of an enum, of a union's enums. */
export function wordsOf(schema: z.ZodType): string[] {
  const plain = bare(schema);
  if (plain instanceof z.ZodEnum) return plain.options.filter((word) => typeof word === "string");
  if (plain instanceof z.ZodLiteral) return [...plain.values].filter((word) => typeof word === "string");
  if (plain instanceof z.ZodUnion) return optionsOf(plain).flatMap(wordsOf);
  return [];
}

/** Words that the page names and that are not built yet. */
export function plannedWords(schema: z.ZodType): readonly string[] {
  const plain = bare(schema);
  if (plain instanceof z.ZodUnion) return [...(marks.get(plain)?.planned ?? []), ...optionsOf(plain).flatMap(plannedWords)];
  return plain instanceof z.ZodEnum ? (marks.get(plain)?.planned ?? []) : [];
}

/** Where a word that is none of the schema's belongs, as a sentence; null where nothing is known of it. */
export function elsewhere(schema: z.ZodType, word: string): string | null {
  return marks.get(bare(schema))?.elsewhere?.get(word) ?? null;
}

/** Whether a number is of the right type, so that a wrong one is out of range. */
export function expectsNumber(schema: z.ZodType): boolean {
  const plain = bare(schema);
  return plain instanceof z.ZodNumber || (plain instanceof z.ZodUnion && optionsOf(plain).some(expectsNumber));
}

/** A number written in another manner (`1_000`, `"0.1"`, `1,5`), or null. */
export function plainNumber(text: string): number | null {
  const plain = text.trim().replaceAll("_", "");
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(plain) ? Number(plain) : null;
}

/** What is allowed, to follow "must be": `a number above 0`, `one of csv, idx`. */
export function describe(schema: z.ZodType, table?: KindTable): string {
  const kinds = table ?? marks.get(schema)?.table;
  if (kinds !== undefined) return `${article(kinds.noun)} such as ${exampleOf(kinds)}`;
  const plain = bare(schema);
  if (plain !== schema) return describe(plain);
  if (schema instanceof z.ZodNumber) return describeNumber(schema);
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodString) return schema.description === undefined ? "a text" : lowerFirst(schema.description).replace(/\.$/, "");
  if (schema instanceof z.ZodEnum) return schema.options.length === 1 ? String(schema.options[0]) : `one of ${schema.options.join(", ")}`;
  if (schema instanceof z.ZodLiteral) return [...schema.values].join(" or ");
  if (schema instanceof z.ZodNull) return "nothing";
  if (schema instanceof z.ZodTuple) return `a list of ${schema.def.items.length}, each ${describe(schema.def.items[0] as z.ZodType)}`;
  if (schema instanceof z.ZodArray) return describeList(schema);
  if (schema instanceof z.ZodRecord) return `a mapping from names to ${describe(schema.valueType as z.ZodType)}`;
  if (schema instanceof z.ZodObject) return `a mapping with ${Object.keys(schema.shape).join(", ")}`;
  if (schema instanceof z.ZodUnion) return describeUnion(schema);
  return "something else";
}

function describeList(schema: z.ZodArray): string {
  const element = schema.element as z.ZodType;
  const table = marks.get(element)?.table;
  const atLeast = schema.safeParse([]).success ? "a list" : "a list with at least one entry";
  return table !== undefined ? `${atLeast}, each ${article(table.noun)} such as ${exampleOf(table)}` : element instanceof z.ZodUnion || element instanceof z.ZodArray || element instanceof z.ZodUnknown ? atLeast : `${atLeast}, each ${describe(element)}`;
}

function describeUnion(schema: z.ZodUnion): string {
  const options = optionsOf(schema).filter((option) => !(option instanceof z.ZodNull));
  const words = wordsOf(schema);
  const others = options.filter((option) => wordsOf(option).length === 0).map((option) => describe(option));
  const parts = words.length > 0 ? [words.join(", "), ...others] : others;
  return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} or ${parts[parts.length - 1]}`;
}

interface NumberBounds {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

function describeNumber(schema: z.ZodNumber): string {
  const bounds = z.toJSONSchema(schema) as NumberBounds;
  const whole = bounds.type === "integer";
  const noun = whole ? "a whole number" : "a number";
  const low = bounds.minimum !== undefined && bounds.minimum > Number.MIN_SAFE_INTEGER ? `from ${bounds.minimum}` : bounds.exclusiveMinimum !== undefined ? `above ${bounds.exclusiveMinimum}` : "";
  const high = bounds.maximum !== undefined && bounds.maximum < Number.MAX_SAFE_INTEGER ? `to ${bounds.maximum}` : bounds.exclusiveMaximum !== undefined ? `below ${bounds.exclusiveMaximum}` : "";
  if (low !== "" && high !== "") return `${noun} ${low}${high.startsWith("below") ? " and" : ""} ${high}`;
  if (high === "" && low.startsWith("from")) return `${noun}, at least ${bounds.minimum}`;
  return [noun, low, high].filter((part) => part !== "").join(" ");
}

/** A table's entry as the file writes it, short: `dense: 10`, `adam`. */
export function exampleOf(table: KindTable): string {
  const [first] = table.kinds.values();
  if (first.main === undefined) return first.kind;
  const field = first.arguments.shape[first.main] as z.ZodType;
  const standard = field.safeParse(undefined);
  return standard.success && standard.data !== undefined ? `${first.kind}: ${String(standard.data)}` : `${first.kind}: 10`;
}

/** A value as a message names it. */
export function spoken(node: Node | null): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  if (!isScalar(node) || node.value === null) return "nothing";
  if (typeof node.value === "string") return node.value.length > 40 ? `"${node.value.slice(0, 40)}..."` : `"${node.value}"`;
  return node.source ?? String(node.value);
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
