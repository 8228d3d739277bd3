/** Walks the tree of a training file along the schema: values with defaults in place, or problems at their place with what is allowed. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { z } from "zod";
import type { Edit, Fix } from "../protocol/finding.js";
import type { TextRange } from "../common/errors.js";
import { describe, elsewhere, exampleOf, expectsNumber, inner, optionsOf, plainNumber, plannedWords, scalarValue, spoken, takes, wordsOf } from "./describe.js";
import { keyText, type SourceDocument } from "./document.js";
import { appendSegment } from "./path.js";
import type { FileProblem, ProblemCode } from "./problem.js";
import { argumentsSchema, type ChosenEntry, type KindTable, marks } from "./schema/marks.js";
import { suggestName } from "./suggest.js";

/** Stands for a value that could not be checked; its problem has been told. */
const invalid = Symbol("invalid");
type Checked = unknown;

/** Where a value stands: its path, and the text to underline. */
interface Place {
  readonly path: string;
  readonly range: TextRange;
}

/**
 * Checks a tree against the schema of the whole file. `value` has every default in place (kinds as `ChosenEntry`); it is null
 * where there is any problem.
 */
export function checkDocument(source: SourceDocument, schema: z.ZodType): { readonly value: unknown; readonly problems: readonly FileProblem[] } {
  const checker = new Checker(source);
  const value = checker.check(schema, source.resolve(source.yaml.contents), { path: "", range: source.range(0, 0) });
  return { value: checker.problems.length === 0 && value !== invalid ? value : null, problems: checker.problems };
}

/** Edits that give a key another name and keep its value. */
function renaming(parent: string, from: string, to: string, value: unknown): Edit[] {
  return [{ path: appendSegment(parent, from), remove: true }, { path: appendSegment(parent, to), value: value as never }];
}

class Checker {
  readonly problems: FileProblem[] = [];

  constructor(readonly source: SourceDocument) {}

  check(schema: z.ZodType, node: Node | null | undefined, place: Place): Checked {
    if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
      return node === undefined ? this.byDefault(schema, place) : this.check(inner(schema), node, place);
    }
    if (schema instanceof z.ZodLazy) return this.check(schema.unwrap() as z.ZodType, node, place);
    if (schema instanceof z.ZodOptional) return node === undefined ? undefined : this.check(inner(schema), node, place);
    if (node === undefined) return this.report("missing-key", `${place.path || "The file"} is missing.`, place);
    const table = marks.get(schema)?.table;
    if (table !== undefined) return this.kind(table, node, place);
    if (schema instanceof z.ZodObject) return this.object(schema, node, place);
    if (schema instanceof z.ZodRecord) return this.record(schema, node, place);
    if (schema instanceof z.ZodArray) return this.list(schema, node, place);
    if (schema instanceof z.ZodUnion) return this.union(schema, node, place);
    if (schema instanceof z.ZodUnknown) return node?.toJS(this.source.yaml) ?? null;
    return this.leaf(schema, node, place);
  }

  /** A default is checked like a value of the file where kinds and sections fill in defaults of their own. */
  private byDefault(schema: z.ZodDefault | z.ZodPrefault, place: Place): Checked {
    const within = inner(schema);
    const value = schema.def.defaultValue;
    const plain = schema instanceof z.ZodDefault && marks.get(within)?.table === undefined;
    return plain ? value : this.check(within, this.source.yaml.createNode(value) as Node, place);
  }

  private object(schema: z.ZodObject, node: Node | null, place: Place): Checked {
    if (!isMap(node)) return this.wrongType(schema, node, place);
    const mark = marks.get(schema);
    const known = Object.keys(schema.shape);
    const result: Record<string, unknown> = {};
    const pairs = new Map<string, Pair>();
    let sound = true;
    for (const pair of node.items) {
      const key = keyText(pair);
      if (key !== null && known.includes(key)) pairs.set(key, pair);
      else {
        sound = false;
        this.unknownKey(key, pair, node, place, known, mark?.planned ?? []);
      }
    }
    // the problem with a misspelled key is told once, not again as a key that is missing
    const meant = node.items.map((pair) => keyText(pair)).filter((key) => key !== null && !known.includes(key)).map((key) => suggestName(key as string, known));
    const written = (mark?.alternatives ?? []).filter((key) => pairs.has(key));
    if (written.length > 1) {
      sound = false;
      this.report("conflicting-keys", `${written.join(" and ")} exclude each other: write one.`, this.keyPlace(pairs.get(written[1]) as Pair, appendSegment(place.path, written[1])));
    }
    for (const key of known) {
      const pair = pairs.get(key);
      const path = appendSegment(place.path, key);
      if (pair === undefined && meant.includes(key)) continue;
      const value = pair === undefined
        ? this.check(schema.shape[key] as z.ZodType, undefined, { path, range: this.mapRange(node, place) })
        : this.check(schema.shape[key] as z.ZodType, this.value(pair), this.valuePlace(pair, path));
      if (value === invalid) sound = false;
      else if (value !== undefined) result[key] = value;
    }
    return sound ? this.refined(schema, result, place) : invalid;
  }

  /** What the schema says of the whole beyond its keys. */
  private refined(schema: z.ZodObject, value: Record<string, unknown>, place: Place): Checked {
    const checks = schema.def.checks ?? [];
    if (checks.length === 0) return value;
    // its keys are checked already, and chosen kinds no longer have the file's form
    const parsed = z.unknown().check(...(checks as z.core.$ZodCheck<unknown>[])).safeParse(value);
    if (parsed.success) return value;
    for (const issue of parsed.error.issues) {
      const path = issue.path.reduce<string>((whole, key) => appendSegment(whole, key as string | number), place.path);
      this.report("out-of-range", issue.message, { path, range: place.range });
    }
    return invalid;
  }

  private record(schema: z.ZodRecord, node: Node | null, place: Place): Checked {
    if (!isMap(node)) return this.wrongType(schema, node, place);
    const result: Record<string, unknown> = {};
    let sound = true;
    for (const pair of node.items) {
      const key = keyText(pair);
      if (key === null) {
        this.unknownKey(null, pair, node, place, [], []);
        sound = false;
        continue;
      }
      const value = this.check(schema.valueType as z.ZodType, this.value(pair), this.valuePlace(pair, appendSegment(place.path, key)));
      if (value === invalid) sound = false;
      else Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true }); // a column may be called __proto__
    }
    return sound ? result : invalid;
  }

  private list(schema: z.ZodArray, node: Node | null, place: Place): Checked {
    if (!isSeq(node)) return this.wrongType(schema, node, place);
    const items = node.items.map((item, index) => {
      const value = this.source.resolve(item);
      return this.check(schema.element as z.ZodType, value, { path: appendSegment(place.path, index), range: this.rangeOf(value, place.range) });
    });
    if (items.includes(invalid)) return invalid;
    // its entries are checked already, and chosen kinds no longer have the file's form: what is left is how many there are
    const checks = schema.def.checks ?? [];
    const fits = checks.length === 0 || z.array(z.unknown()).check(...(checks as z.core.$ZodCheck<unknown[]>[])).safeParse(items).success;
    return fits ? items : this.report("out-of-range", `${place.path} must be ${describe(schema)}.`, place);
  }

  /** The alternative that the value's form asks for; where several could be meant, the one that fits, else the one with the fewest problems. */
  private union(schema: z.ZodUnion, node: Node | null, place: Place): Checked {
    const candidates = optionsOf(schema).filter((option) => takes(option, node));
    if (candidates.length === 0) return this.wrongType(schema, node, place);
    if (candidates.length === 1 && !isScalar(node)) return this.check(candidates[0], node, place);
    let best: { readonly problems: readonly FileProblem[] } | null = null;
    for (const option of candidates) {
      const trial = new Checker(this.source);
      const value = trial.check(option, node, place);
      if (trial.problems.length === 0) return value;
      if (best === null || trial.problems.length < best.problems.length) best = trial;
    }
    if (isScalar(node)) return this.wrongScalar(schema, node, place);
    this.problems.push(...(best?.problems ?? []));
    return invalid;
  }

  private leaf(schema: z.ZodType, node: Node | null, place: Place): Checked {
    if (isSeq(node) && schema instanceof z.ZodTuple) {
      const values = node.items.map((item) => scalarValue(schema, this.source.resolve(item)));
      return schema.safeParse(values).success ? values : this.report("wrong-type", `${place.path} must be ${describe(schema)}.`, place);
    }
    if (node !== null && !isScalar(node)) return this.wrongType(schema, node, place);
    const value = scalarValue(schema, node);
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : this.wrongScalar(schema, node, place);
  }

  /** `adam`, `adam: 1e-3` or `adam: { lr: 1e-3 }`. */
  private kind(table: KindTable, node: Node | null, place: Place): Checked {
    if (isScalar(node) && typeof node.value === "string") {
      const entry = table.kinds.get(node.value);
      if (entry === undefined) return this.unknownKind(table, node.value, place.path, place);
      return this.kindArguments(table, node.value, null, { path: appendSegment(place.path, node.value), range: place.range });
    }
    if (!isMap(node)) {
      const empty = node === null || (isScalar(node) && node.value === null);
      return this.report(empty ? "missing-value" : "wrong-type", empty ? `${place.path} has no value: it is ${describe(z.never(), table)}.` : `${place.path} must be ${describe(z.never(), table)}, not ${spoken(node)}.`, place);
    }
    const pairs = node.items.filter((pair) => !(table.named && keyText(pair) === "name"));
    const [first] = pairs;
    if (first === undefined) return this.report("missing-key", `This ${table.noun} is empty: name one, such as ${exampleOf(table)}.`, place);
    const kind = keyText(first);
    if (kind === null) return this.unknownKey(null, first, node, place, [], []);
    const entry = table.kinds.get(kind);
    const keyPlace = this.keyPlace(first, appendSegment(place.path, kind));
    if (entry === undefined) return this.unknownKind(table, kind, place.path, keyPlace, this.value(first));
    let sound = true;
    for (const extra of pairs.slice(1)) {
      sound = false;
      const key = keyText(extra);
      const argument = key !== null && key in entry.arguments.shape;
      const message = argument
        ? `${key} is an argument of ${kind}: indent it below ${kind}, or write ${kind}: { ${key}: ... }.`
        : `${keyPlace.path} says already which ${table.noun} it is; ${key ?? "this"} is a second one. Write one.`;
      this.report(argument ? "misplaced-key" : "conflicting-keys", message, this.keyPlace(extra, appendSegment(place.path, key ?? "?")));
    }
    const given = table.named ? node.items.find((pair) => keyText(pair) === "name") : undefined;
    const name = given === undefined ? null : this.check((argumentsSchema(table, entry).shape as Record<string, z.ZodType>).name, this.value(given), this.valuePlace(given, appendSegment(place.path, "name")));
    if (name === invalid) sound = false;
    const chosen = this.kindArguments(table, kind, this.value(first) ?? null, this.valuePlace(first, keyPlace.path)) as ChosenEntry | typeof invalid;
    if (!sound || chosen === invalid) return invalid;
    return { ...chosen, name: chosen.name ?? (name as string | null) };
  }

  private kindArguments(table: KindTable, kind: string, node: Node | null, place: Place): Checked {
    const entry = table.kinds.get(kind) as NonNullable<ReturnType<KindTable["kinds"]["get"]>>;
    const schema = argumentsSchema(table, entry);
    const empty = node === null || (isScalar(node) && node.value === null);
    const lacking = empty ? Object.entries(schema.shape).find(([, field]) => !(field as z.ZodType).safeParse(undefined).success)?.[0] : undefined;
    if (lacking !== undefined) {
      const short = lacking === entry.main ? `${kind}: ...` : `${kind}: { ${lacking}: ... }`;
      return this.report("missing-key", `${kind} needs ${lacking}: write ${short}, ${describe(schema.shape[lacking] as z.ZodType)}.`, { ...place, path: appendSegment(place.path, lacking) });
    }
    let args: unknown;
    if (!empty && !isMap(node)) {
      if (entry.main === undefined) return this.report("wrong-type", `${kind} takes its arguments by name, not ${spoken(node)}.`, place);
      if (entry.nested !== undefined) return this.shortNested(kind, schema, entry.main, node, place);
      const main = this.check(schema.shape[entry.main] as z.ZodType, node, { path: appendSegment(place.path, entry.main), range: place.range });
      if (main === invalid) return invalid;
      args = { ...(this.check(schema, this.source.yaml.createNode({ [entry.main]: main }) as Node, place) as object) };
    } else args = this.check(schema, empty ? (this.source.yaml.createNode({}) as Node) : node, place);
    if (args === invalid) return invalid;
    const { name = null, ...own } = args as Record<string, unknown>;
    return { kind, arguments: table.named ? own : args, name: table.named ? name : null, path: place.path };
  }

  /** `residual: [layers]`: the layers are checked where they stand, all other arguments have their defaults. */
  private shortNested(kind: string, schema: z.ZodObject, main: string, node: Node, place: Place): Checked {
    const args: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(schema.shape)) {
      const value = key === main ? this.check(field as z.ZodType, node, place) : this.check(field as z.ZodType, undefined, place);
      if (value === invalid) return invalid;
      if (value !== undefined) args[key] = value;
    }
    return { kind, arguments: args, name: null, path: place.path };
  }

  /** `args`: what follows the kind; undefined where the kind stands alone. */
  private unknownKind(table: KindTable, kind: string, path: string, place: Place, args?: Node | null): typeof invalid {
    if (table.planned.includes(kind)) return this.report("not-supported-yet", `The ${table.noun} ${kind} is not supported yet.`, place);
    const nearest = suggestName(kind, [...table.kinds.keys()]);
    const edits: Edit[] = nearest === null ? [] : args === undefined ? [{ path, value: nearest }] : renaming(path, kind, nearest, args?.toJS(this.source.yaml) ?? null);
    const fixes = nearest === null ? [] : [{ title: `Change to ${nearest}`, safe: true, edits }];
    const named = nearest === null ? `There are ${[...table.kinds.keys()].join(", ")}.` : `Did you mean ${nearest}?`;
    return this.report(`unknown-${table.noun}`, `There is no ${table.noun} named ${kind}. ${named}`, place, fixes);
  }

  private unknownKey(key: string | null, pair: Pair, map: YAMLMap, parent: Place, known: readonly string[], planned: readonly string[]): typeof invalid {
    if (key === null) return this.report("wrong-type", "A key must be a plain word.", this.keyPlace(pair, parent.path));
    const path = appendSegment(parent.path, key);
    const place = this.keyPlace(pair, path);
    if (planned.includes(key)) return this.report("not-supported-yet", `${key} is not supported yet.`, place);
    const nearest = suggestName(key, known);
    const where = parent.path === "" ? "A training file" : parent.path;
    const there = known.length === 0 ? "It takes no keys." : `It has ${known.join(", ")}.`;
    const message = nearest === null ? `${where} has no key ${key}. ${there}` : `${where} has no key ${key}. Did you mean ${nearest}?`;
    const taken = map.items.some((item) => keyText(item) === nearest);
    const fixes = nearest === null || taken ? [] : [{ title: `Change to ${nearest}`, safe: true, edits: renaming(parent.path, key, nearest, this.value(pair)?.toJS(this.source.yaml) ?? null) }];
    return this.report("unknown-key", message, place, fixes);
  }

  private wrongScalar(schema: z.ZodType, node: Node | null, place: Place): typeof invalid {
    const value = isScalar(node) ? node.value : null;
    if (value === null) return this.report("missing-value", `${place.path} has no value: it is ${describe(schema)}.`, place);
    const words = wordsOf(schema);
    if (typeof value === "string" && plannedWords(schema).includes(value)) return this.report("not-supported-yet", `${place.path}: ${value} is not supported yet.`, place);
    const hint = typeof value === "string" ? elsewhere(schema, value) : null;
    if (hint !== null) return this.report("unknown-value", `${place.path} cannot be ${spoken(node)}. ${hint}`, place);
    const nearest = typeof value === "string" ? suggestName(value, words) : null;
    if (nearest !== null) return this.report("unknown-value", `${place.path} cannot be ${value}. Did you mean ${nearest}?`, place, [{ title: `Change to ${nearest}`, safe: true, edits: [{ path: place.path, value: nearest }] }]);
    const number = typeof value === "string" ? plainNumber(value) : null;
    if (number !== null && schema.safeParse(number).success) {
      return this.report("wrong-type", `${place.path} must be ${describe(schema)}; ${JSON.stringify(value)} is text. Write ${number}.`, place, [{ title: `Write ${number}`, safe: true, edits: [{ path: place.path, value: number }] }]);
    }
    const code = typeof value === "number" && expectsNumber(schema) ? "out-of-range" : "wrong-type";
    return this.report(code, `${place.path} must be ${describe(schema)}, not ${spoken(node)}.`, place);
  }

  private wrongType(schema: z.ZodType, node: Node | null, place: Place): typeof invalid {
    if (node === null || (isScalar(node) && node.value === null)) return this.report("missing-value", `${place.path || "The file"} has no value: it is ${describe(schema)}.`, place);
    if (isScalar(node) && typeof node.value === "string" && plannedWords(schema).includes(node.value)) return this.report("not-supported-yet", `${place.path}: ${node.value} is not supported yet.`, place);
    if (isScalar(node) && schema instanceof z.ZodUnion) return this.wrongScalar(schema, node, place);
    const planned = isMap(node) ? node.items.map(keyText).find((key) => key !== null && plannedWords(schema).includes(key)) : undefined;
    if (planned !== undefined) return this.report("not-supported-yet", `${place.path}: ${planned} is not supported yet.`, place);
    return this.report("wrong-type", `${place.path || "A training file"} must be ${describe(schema)}, not ${spoken(node)}.`, place);
  }

  private report(code: ProblemCode, message: string, place: Place, fixes: readonly Fix[] = []): typeof invalid {
    this.problems.push({ code, message, path: place.path, range: place.range, fixes });
    return invalid;
  }

  /** A pair's value; null for a key with nothing after it. */
  private value(pair: Pair): Node | null {
    return this.source.resolve(pair.value);
  }

  private keyPlace(pair: Pair, path: string): Place {
    return { path, range: this.rangeOf(pair.key as Node | null, this.source.range(0, 0)) };
  }

  private valuePlace(pair: Pair, path: string): Place {
    const key = this.rangeOf(pair.key as Node | null, this.source.range(0, 0));
    const value = this.value(pair);
    // nothing is written, or the value spans lines: the key is the place
    const range = value?.range && value.range[1] > value.range[0] ? this.rangeOf(value, key) : key;
    return { path, range: range.start.line === range.end.line ? range : key };
  }

  private mapRange(node: YAMLMap, place: Place): TextRange {
    const first = node.items[0]?.key as Node | undefined;
    return place.path === "" && first ? this.rangeOf(first, place.range) : place.range;
  }

  private rangeOf(node: Node | null, otherwise: TextRange): TextRange {
    return node?.range ? this.source.range(node.range[0], node.range[1]) : otherwise;
  }
}
