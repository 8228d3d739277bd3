/** What the training file's schema says beyond zod: kinds in short and long form, and what is planned but not built. */
import { z } from "zod";
import type { Chosen, Kind } from "../../engine/defineKind.js";

/** A table of kinds as the file chooses from it: `optimizer: adam`, `optimizer: { adam: { lr: 1e-3 } }`, `dense: 10`. */
export interface KindTable {
  /** What a kind of this table is called in messages. */
  readonly noun: "layer" | "loss" | "optimizer" | "schedule" | "augmentation";
  readonly kinds: ReadonlyMap<string, Kind>;
  /** Names on the file's page that are not built yet. */
  readonly planned: readonly string[];
  /** Arguments of every kind that are not built yet. */
  readonly plannedArguments?: readonly string[];
  /** Whether an entry may be named: `dense: { units: 10, name: head }`. */
  readonly named: boolean;
}

/** A kind with its arguments, the name that the file gave it, and its place: `model[2].dense`. */
export interface ChosenEntry extends Chosen {
  readonly name: string | null;
  readonly path: string;
}

export interface Mark {
  readonly table?: KindTable;
  /** Keys (of an object) or values (of an enum) that the page names and that are not built yet. */
  readonly planned?: readonly string[];
  /** Keys of which only one may be written; setting one takes the others away. */
  readonly alternatives?: readonly string[];
  /** Words that belong elsewhere, each with a sentence that says where. */
  readonly elsewhere?: ReadonlyMap<string, string>;
  /** A name that may look like a number: it keeps its spelling. */
  readonly text?: true;
}

const markOf = new WeakMap<object, Mark>();

/** Marks by schema; a described copy (`.describe()`) keeps its original's. */
export const marks = {
  add(schema: z.ZodType, mark: Mark): void {
    markOf.set(schema, mark);
  },
  get(schema: z.ZodType): Mark | undefined {
    const parent = schema._zod.parent as z.ZodType | undefined;
    return markOf.get(schema) ?? (parent === undefined ? undefined : marks.get(parent));
  },
};

/** An object whose unknown keys are errors, with keys that are not built yet. */
export function section<S extends z.ZodRawShape>(shape: S, mark: Mark = {}) {
  const schema = z.strictObject(shape);
  marks.add(schema, mark);
  return schema;
}

/** One of several words, with words that are not built yet. */
export function choice<const W extends readonly [string, ...string[]]>(words: W, planned: readonly string[] = []) {
  const schema = z.enum(words);
  marks.add(schema, { planned });
  return schema;
}

/** A column, a class, a file: any scalar, by its spelling. */
export function nameText() {
  const schema = z.string().min(1);
  marks.add(schema, { text: true });
  return schema;
}

/** A choice from a table, in its short and its long form. */
export function kindSchema(table: KindTable): z.ZodType<ChosenEntry, unknown> {
  const known = kindSchemas.get(table);
  if (known !== undefined) return known;
  const shape: Record<string, z.ZodType> = {};
  for (const [name, kind] of table.kinds) shape[name] = kindArguments(table, kind).optional().describe(kind.summary);
  if (table.named) shape.name = entryName;
  const long = z.strictObject(shape).meta({ minProperties: 1 });
  const bare = [...table.kinds].filter(([, kind]) => kind.arguments.safeParse({}).success).map(([name]) => name);
  const forms = z.union([z.enum(bare as [string, ...string[]]), long]);
  const schema = table.named ? forms.meta({ id: table.noun }) : forms;
  marks.add(schema, { table });
  kindSchemas.set(table, schema as unknown as z.ZodType<ChosenEntry, unknown>);
  return schema as unknown as z.ZodType<ChosenEntry, unknown>;
}

/** A table's schema is made once: layers within layers are the same schema again. */
const kindSchemas = new WeakMap<KindTable, z.ZodType<ChosenEntry, unknown>>();

/** What may follow `kind:`, the main argument alone or the arguments by name; null means none. */
function kindArguments(table: KindTable, kind: Kind) {
  const full = argumentsSchema(table, kind);
  const main = kind.main === undefined ? undefined : (full.shape[kind.main] as z.ZodType | undefined);
  return main === undefined ? z.union([full, z.null()]) : z.union([main, full, z.null()]);
}

export const entryName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/).optional().describe("A name for charts, and for settings that speak of this layer.");

const argumentSchemas = new WeakMap<Kind, z.ZodObject>();

/** The arguments of a kind as the file may write them: the engine's own, with layers in the file's form, and `name` where entries have one. */
export function argumentsSchema(table: KindTable, kind: Kind): z.ZodObject {
  const known = argumentSchemas.get(kind);
  if (known !== undefined) return known;
  const schema = kind.arguments.extend({ ...nestedArgument(table, kind), ...(table.named ? { name: entryName } : {}) });
  marks.add(schema, { planned: [...(kind.planned ?? []), ...(table.plannedArguments ?? [])] });
  argumentSchemas.set(kind, schema);
  return schema;
}

/** The argument that holds layers: lists of this table's own entries, looked up late since they hold lists in turn. */
function nestedArgument(table: KindTable, { nested, arguments: args }: Kind): Record<string, z.ZodType> {
  if (nested === undefined) return {};
  const { description } = args.shape[nested.argument] as z.ZodType;
  const list = z.lazy(() => (nested.form === "layers" ? z.array(kindSchema(table)).min(1) : z.array(z.array(kindSchema(table))).min(1)));
  return { [nested.argument]: list.describe(description ?? "") };
}
