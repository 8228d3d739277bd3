/** From the layers that a file writes to the model's list of them: every one named, repeats written out. */
import type { Chosen } from "../defineKind.js";
import type { LayerConfig } from "../training/config.js";
import { layers } from "./registry.js";

/** A layer as a file has it; those within it are among its arguments. */
export interface WrittenLayer extends Chosen {
  /** The file's own name for it. */
  readonly name: string | null;
  /** Its place in the file: `model[2].dense`. */
  readonly path: string;
}

/**
 * Layers with unique names: the file's own, else the kind with a number, counted through the whole model (`dense_2` is the second dense).
 * A repeat becomes its layers, `times` over; the copies of a layer that the file names are `head`, `head_2`, `head_3`.
 * `prefix` comes before the kind: `head.dense_1` is the first dense of an imported model's head.
 */
export function listLayers(written: readonly WrittenLayer[], prefix = ""): readonly LayerConfig[] {
  const names = new Names(writtenNames(written));
  const list = (entries: readonly WrittenLayer[], within: readonly string[]): LayerConfig[] => entries.flatMap((entry) => {
    const name = entry.name === null ? names.numbered(`${prefix}${entry.kind}`) : names.own(entry.name);
    const kind = layers.get(entry.kind);
    const part = within.length === 0 ? {} : { within };
    if (kind?.nested === undefined) return [{ kind: entry.kind, arguments: entry.arguments, name, path: entry.path, ...part }];
    const inside = [...within, name];
    if ("times" in kind) return Array.from({ length: kind.times(entry.arguments) }, () => branches(entry).flatMap((branch) => list(branch, inside))).flat();
    const listed = branches(entry).map((branch) => list(branch, inside));
    const { argument, form } = kind.nested;
    return [{ kind: entry.kind, arguments: { ...entry.arguments, [argument]: form === "layers" ? listed[0] : listed }, name, path: entry.path, ...part }];
  });
  return list(written, []);
}

/** Names that the file gives, once for each time that it writes them; those of a repeat's layers too. */
export function writtenNames(written: readonly WrittenLayer[]): readonly { readonly name: string; readonly path: string }[] {
  return written.flatMap((entry) => [
    ...(entry.name === null ? [] : [{ name: entry.name, path: entry.path }]),
    ...branches(entry).flatMap(writtenNames),
  ]);
}

function branches({ kind, arguments: args }: WrittenLayer): readonly (readonly WrittenLayer[])[] {
  const nested = layers.get(kind)?.nested;
  if (nested === undefined) return [];
  const held = args[nested.argument];
  return nested.form === "layers" ? [held as readonly WrittenLayer[]] : (held as readonly (readonly WrittenLayer[])[]);
}

/** Gives names out, each once. */
class Names {
  readonly #counts = new Map<string, number>();
  readonly #given = new Set<string>();
  readonly #reserved: ReadonlySet<string>;

  constructor(reserved: readonly { readonly name: string }[]) {
    this.#reserved = new Set(reserved.map(({ name }) => name));
  }

  /** A name of the file; with a number from the second time on. */
  own(name: string): string {
    if (this.#given.has(name)) return this.numbered(name, 1);
    this.#given.add(name);
    return name;
  }

  /** The kind, or a name, with the next number that makes it a new one. */
  numbered(stem: string, before = 0): string {
    const count = (this.#counts.get(stem) ?? before) + 1;
    this.#counts.set(stem, count);
    const name = `${stem}_${count}`;
    if (this.#reserved.has(name) || this.#given.has(name)) return this.numbered(stem, before);
    this.#given.add(name);
    return name;
  }
}
