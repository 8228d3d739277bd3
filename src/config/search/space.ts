/** What `search.space` says: each setting with its range, and how drawn values become values of the file. */
import { z } from "zod";
import type { Dimension, TrialSettings } from "../../protocol/search.js";
import type { Json } from "../edit/change.js";
import { appendSegment, parsePath, type Segment } from "../path.js";
import { rangeKinds } from "../schema/search.js";
import { forms, schemasAt } from "../schema/navigate.js";

/** A setting with what its options stand for. */
export interface SearchedSetting extends Dimension {
  /** Of a choice: each option's value; values of settings within it are replaced by those drawn. */
  readonly options: readonly Json[];
  /** Of a grid: values from a range. */
  readonly points: number;
  /** Where it stands: a key of `search.space`, and the way into the option's value for a setting within an option. */
  readonly key: string;
  readonly within: readonly Segment[];
}

/** The settings of a space, those that an option brings after the one that has the option. */
export type Space = readonly SearchedSetting[];

/** The space as the file has it: keys are paths, values lists or ranges. The file's form has been checked before. */
export function readSpace(written: Readonly<Record<string, unknown>>): Space {
  const space = Object.entries(written).flatMap(([key, value]) => settingsOf(key, key, [], value as Json, null));
  const whole = space.map((setting): SearchedSetting => Object.assign({}, setting, { when: setting.when ?? conditionOf(setting, space) }));
  // what depends on another comes after it: both when it is drawn and when it is put over the file
  return [...whole.filter((setting) => setting.when === null || setting.within.length > 0), ...whole.filter((setting) => setting.when !== null && setting.within.length === 0)];
}

function settingsOf(path: string, key: string, within: readonly Segment[], written: Json, when: Dimension["when"]): SearchedSetting[] {
  const base = { path, key, within, when };
  if (Array.isArray(written)) return choiceOf(base, written);
  const { points = 5, ...rest } = written as { points?: number } & Record<string, Json>;
  if (Array.isArray(rest.choice)) return choiceOf(base, rest.choice);
  const kind = rangeKinds.find((word) => word in rest);
  const [low, high] = kind === undefined ? [Number.NaN, Number.NaN] : (rest[kind] as [number, number]);
  return [{ ...base, range: { kind: kind ?? "uniform", low, high }, options: [], points }];
}

function choiceOf(base: Pick<SearchedSetting, "path" | "key" | "within" | "when">, options: readonly Json[]): SearchedSetting[] {
  const labels = labelsOf(options);
  const choice: SearchedSetting = { ...base, range: { kind: "choice", labels }, options, points: 0 };
  const inside = options.flatMap((option, i) => settingsWithin(base.path, base.key, base.within, option, { path: base.path, label: labels[i] }));
  return [choice, ...inside];
}

/** The ranges and lists of values within an option: `{ sgd: { lr: { uniform: [0, 1] }, momentum: [0, 0.9] } }` has two. */
function settingsWithin(path: string, key: string, within: readonly Segment[], value: Json, when: NonNullable<Dimension["when"]>): SearchedSetting[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const [at, way] = [appendSegment(path, name), [...within, name]];
    if (isRange(child) || (Array.isArray(child) && !takesList(at))) return settingsOf(at, key, way, child, when);
    return settingsWithin(at, key, way, child, when);
  });
}

function isRange(value: Json): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value).filter((key) => key !== "points");
  return keys.length === 1 && ([...rangeKinds, "choice"] as string[]).includes(keys[0]) && Array.isArray(value[keys[0]]);
}

/** Whether the file's own value at a path is a list, so that a list there is one value. */
function takesList(path: string): boolean {
  return schemasAt(parsePath(path) ?? []).flatMap(forms).some((form) => form instanceof z.ZodArray || form instanceof z.ZodTuple);
}

/** `optimizer.sgd.lr` counts in trials that chose sgd where `optimizer` itself is searched. */
function conditionOf({ path, within }: SearchedSetting, space: Space): Dimension["when"] {
  if (within.length > 0) return null;
  for (const other of space) {
    if (other.range.kind !== "choice" || other.within.length > 0 || !path.startsWith(`${other.path}.`)) continue;
    const kind = parsePath(path)?.[(parsePath(other.path) ?? []).length];
    const index = other.options.findIndex((option) => option === kind || (typeof option === "object" && option !== null && !Array.isArray(option) && Object.keys(option)[0] === kind));
    if (index >= 0) return { path: other.path, label: other.range.labels[index] };
  }
  return null;
}

/** A word for each option, each different: a scalar itself, a kind by its name (`sgd`), else its JSON. */
function labelsOf(options: readonly Json[]): string[] {
  const short = options.map((option) => {
    if (typeof option !== "object" || option === null) return String(option);
    const [first, ...more] = Object.keys(option);
    return !Array.isArray(option) && first !== undefined && more.length === 0 ? first : JSON.stringify(option);
  });
  return options.map((option, i) => (short.filter((label) => label === short[i]).length === 1 ? short[i] : JSON.stringify(option)));
}

/** Whether a setting takes part in a trial, by what has been drawn for the setting that has it as an option. */
export function isActive({ when }: Dimension, settings: TrialSettings): boolean {
  return when === null || settings[when.path] === when.label;
}

/** The values that a trial's settings put over the file's own, by path: an option brings what was drawn within it. */
export function overridesOf(space: Space, settings: TrialSettings): Record<string, Json> {
  const overrides: Record<string, Json> = {};
  for (const setting of space) {
    const drawn = settings[setting.path];
    if (drawn === undefined || !isActive(setting, settings)) continue;
    const value = setting.range.kind === "choice" ? setting.options[setting.range.labels.indexOf(String(drawn))] : drawn;
    overrides[setting.key] = setting.within.length === 0 ? value : replaced(overrides[setting.key], setting.within, value);
  }
  return overrides;
}

function replaced(value: Json, [first, ...rest]: readonly Segment[], to: Json): Json {
  const object = value as { [key: string]: Json };
  return { ...object, [first]: rest.length === 0 ? to : replaced(object[first], rest, to) };
}
