/** Which runs a folder of logs holds, and by which of our names their curves go. */
import { isSplit, readTag, splitOf, type Reading } from "./mapTags.js";

/** A tag of a log: its sub-folder, with slashes ("" for none), its own name, and how many points it has. */
export interface LoggedTag {
  readonly id: number;
  readonly folder: string;
  readonly tag: string;
  readonly points: number;
}

export interface LogRun {
  /** Its folder within the log, with slashes; "" for the log's own. */
  readonly folder: string;
  /** Tags by our names: `train/loss`, `validation/accuracy`, `train/learning_rate`; what has no such name keeps its own. In the order given. */
  readonly tags: readonly { readonly id: number; readonly name: string }[];
}

/** Folders' names that `add_hparams` of PyTorch makes: the time in seconds. */
const timeFolder = /^\d{9,}(\.\d+)?$/;

/**
 * The runs of a log by the folders of its tags: `train` and `validation` within one folder are one run (Keras), so are the folders that PyTorch's
 * `add_scalars` makes of one chart (`loss_train`, `loss_val`) and those of `add_hparams`. Ordered by folder.
 */
export function logRuns(tags: readonly LoggedTag[]): LogRun[] {
  const folders = new Map<string, LoggedTag[]>();
  for (const tag of tags) {
    const known = folders.get(tag.folder);
    if (known) known.push(tag);
    else folders.set(tag.folder, [tag]);
  }
  const runs = new Map<string, Place[]>();
  for (const [folder, own] of folders) {
    const run = runFolderOf(folder, own, folders);
    const places = own.map((tag) => placeOf(tag, run));
    runs.set(run, [...(runs.get(run) ?? []), ...places]);
  }
  return [...runs].map(([folder, places]) => ({ folder, tags: named(places) })).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** A tag within its run: with what its folder says of it put before its name. */
interface Place {
  readonly id: number;
  readonly tag: string;
  readonly points: number;
}

function runFolderOf(folder: string, own: readonly LoggedTag[], folders: ReadonlyMap<string, readonly LoggedTag[]>): string {
  const parts = folder.split("/");
  while (parts.length > 0 && parts.at(-1) !== "" && isSplit(parts.at(-1)!)) parts.pop();
  const run = parts.join("/");
  if (run === "") return "";
  const parent = parts.slice(0, -1).join("/");
  if (timeFolder.test(parts.at(-1)!) && (folders.has(parent) || own.every(({ points }) => points <= 1))) return parent;
  const [{ tag }] = own;
  return own.every((one) => one.tag === tag) && parts.at(-1)!.startsWith(`${tag.replaceAll("/", "_")}_`) && (folders.has(parent) || siblings(folders, parent, tag) > 1) ? parent : run;
}

/** Folders beside one another that `add_scalars` made of one tag. */
function siblings(folders: ReadonlyMap<string, readonly LoggedTag[]>, parent: string, tag: string): number {
  const start = `${parent === "" ? "" : `${parent}/`}${tag.replaceAll("/", "_")}_`;
  return [...folders.keys()].filter((folder) => folder.startsWith(start)).length;
}

function placeOf({ id, folder, tag, points }: LoggedTag, run: string): Place {
  const below = folder === run ? "" : folder.slice(run === "" ? 0 : run.length + 1);
  if (below === "" || timeFolder.test(below)) return { id, tag, points };
  const own = `${tag.replaceAll("/", "_")}_`;
  if (!below.startsWith(own)) return { id, tag: `${below}/${tag}`, points };
  const line = below.slice(own.length);
  return { id, tag: splitOf(line) === null ? `${tag}/${line}` : `${line}/${tag}`, points };
}

/** Gives the tags of one run their names: of several that would get the same one, the best gets it, the others keep their own. */
function named(places: readonly Place[]): { id: number; name: string }[] {
  // scripts that measure on their test data after every epoch, and on no other, validate with them
  const standsIn = !places.some(({ tag }) => splitOf(tag) === "validation");
  const splitFor = ({ tag, points }: Place) => {
    const split = splitOf(tag);
    return split === "test" && standsIn && points > 1 ? "validation" : split;
  };
  const read = places.map((place) => {
    const split = splitFor(place);
    const reading = readTag(place.tag);
    return { place, split, own: ownName(place.tag), common: commonName(reading && { ...reading, split: split ?? reading.split }) };
  });
  const splitsByOwn = new Map<string, Set<string>>();
  for (const { split, own } of read) splitsByOwn.set(own, (splitsByOwn.get(own) ?? new Set()).add(split ?? ""));
  const taken = new Map<string, number>();
  // curves that were logged in the same manner for training and validation belong together; then plain names; then those with more points
  const rank = ({ place, split, own }: (typeof read)[number]) => [-splitsByOwn.get(own)!.size, split === null ? 1 : 0, -place.points];
  for (const one of [...read].sort((a, b) => compare(rank(a), rank(b)))) if (one.common !== null && !taken.has(one.common)) taken.set(one.common, one.place.id);
  const used = new Set(taken.keys());
  return read.map(({ place, split, own, common }) => {
    if (common !== null && taken.get(common) === place.id) return { id: place.id, name: common };
    const wanted = split === null || split === "test" ? place.tag : `${split}/${own}`;
    const name = used.has(wanted) ? unused(place.tag, used) : wanted;
    used.add(name);
    return { id: place.id, name };
  });
}

function unused(tag: string, used: ReadonlySet<string>): string {
  if (!used.has(tag)) return tag;
  for (let n = 2; ; n++) if (!used.has(`${tag} (${n})`)) return `${tag} (${n})`;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}

/** Our name for what a reading of a tag tells; null where we have none. */
function commonName(reading: Reading | null): string | null {
  if (reading === null || reading.run !== "") return null;
  const { quantity, split, rest } = reading;
  switch (quantity) {
    case "loss": return rest === "" ? `${split}/loss` : null;
    case "accuracy": return rest === "" ? `${split}/accuracy` : null;
    case "learningRate": return "train/learning_rate";
    case "gradientNorm": return split !== "train" ? null : rest === "" ? "train/gradient_norm" : `train/gradient_norm/${rest}`;
    case "zeroFraction": return rest === "" || split !== "train" ? null : `train/zero_fraction/${rest}`;
  }
}

/** A tag without the words that say which data: `val_f1` and `f1/val` are `f1`. */
function ownName(tag: string): string {
  const kept = tag.split("/").map((part) => part.split(/([_\-. ]+)/).filter((word, i, all) => splitOf(word) === null && !(i % 2 === 1 && (splitOf(all[i - 1]) !== null || (i === 1 && splitOf(all[0]) !== null)))).join("").replace(/^[_\-. ]+|[_\-. ]+$/g, ""));
  const own = kept.filter((part) => part !== "").join("/");
  return own === "" ? tag : own;
}
