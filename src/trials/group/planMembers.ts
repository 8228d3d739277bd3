/** From a training file to the runs of its repeat or ensemble: what each of them sets. */
import type { Overrides } from "../../config/edit/overrides.js";
import type { Json } from "../../config/edit/change.js";
import type { EnsembleConfig, GroupConfig, RepeatConfig } from "../../config/group.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { GroupKind, Member } from "../../protocol/group.js";

export interface GroupPlan {
  readonly kind: GroupKind;
  readonly members: readonly Member[];
}

/** The runs that a file asks for; null where it asks for one. */
export function planMembers({ repeat, ensemble }: GroupConfig, config: TrainingConfig): GroupPlan | null {
  if (repeat !== null) return { kind: repeat.kind, members: repetitions(repeat, config) };
  if (ensemble === null) return null;
  return ensemble.kind === "snapshot" ? { kind: "snapshot", members: snapshots(ensemble, config) } : { kind: "independent", members: independentMembers(ensemble, config) };
}

/** Seeds from the file's own on: each run is what `train --seed` gives. Folds share a seed, and so the draw that deals them out. */
function repetitions({ kind, count }: RepeatConfig, { seed }: TrainingConfig): Member[] {
  return Array.from({ length: count }, (_, i) =>
    kind === "seeds" ? member(i, `seed ${seed + i}`, { seed: seed + i }) : member(i, `fold ${i + 1} of ${count}`, { "data.split.fold": { index: i, of: count } }),
  );
}

/** Members share the split of the file's own seed: what one is tested on, no other has trained on. */
function independentMembers({ members, vary }: EnsembleConfig, { seed, data }: TrainingConfig): Member[] {
  return Array.from({ length: members }, (_, i) => {
    const overrides: Record<string, Json> = { "data.split.seed": data.split.seed };
    const differs: string[] = [];
    if (vary.seed) {
      overrides.seed = seed + i;
      differs.push(`seed ${seed + i}`);
    }
    if (vary.folds) {
      overrides["data.split.fold"] = { index: i, of: members };
      differs.push(`fold ${i + 1}`);
    }
    for (const [path, values] of Object.entries(vary.values)) {
      const value = values[i % values.length] as Json;
      overrides[path] = value;
      differs.push(`${shortOf(path)} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
    }
    return member(i, differs.join(", "), overrides);
  });
}

/**
 * Cycles of one training (Huang et al., Snapshot Ensembles, ICLR 2017): each goes on from the last weights of the one before, its rate
 * along a cosine from the top to 0, a member at the end of each. Whatever is left by the division goes to the first cycles.
 */
function snapshots({ members }: EnsembleConfig, { seed, data, training, schedule }: TrainingConfig): Member[] {
  const [key, length] = training.steps === null ? ["training.epochs", training.epochs!] : ["training.steps", training.steps];
  return Array.from({ length: members }, (_, i) => {
    const share = Math.floor(length / members) + (i < length % members ? 1 : 0);
    const overrides = { "data.split.seed": data.split.seed, seed: seed + i, [key]: share, ...(schedule.kind === "cosine" ? {} : { schedule: "cosine" }) };
    return { ...member(i, `cycle ${i + 1} of ${members}`, overrides), after: i === 0 ? null : idOf(i - 1) };
  });
}

function member(index: number, label: string, overrides: Overrides): Member {
  return { id: idOf(index), label, overrides: { ...overrides }, after: null, state: "waiting", error: null };
}

function idOf(index: number): string {
  return String(index).padStart(4, "0");
}

/** `lr` of `optimizer.adam.lr`, `dense.units` of `model[1].dense.units`. */
function shortOf(path: string): string {
  return path.replace(/^model\[\d+\]\./, "").replace(/^optimizer\.\w+\./, "").replace(/^training\./, "");
}
