import { DescentError } from "../../../common/errors.js";
import { fromJsonNumber } from "../../../common/numbers.js";
import { describeProblem, type TrainingProblem } from "../../../engine/training/problem.js";
import { refuseText } from "../../../engine/ensemble/exportEnsemble.js";
import { isLowerBetter } from "../../../engine/training/best.js";
import type { GroupManifest, Member } from "../../../protocol/group.js";
import { memberFolder, readGroup } from "../../../runs/groupFile.js";
import type { Report } from "../../report.js";
import { loadRun, type LoadedRun } from "../loadRun.js";

/** A member of an ensemble with its weights, ready for inference. */
export interface LoadedMember {
  readonly member: Member;
  readonly run: LoadedRun;
  readonly problem: TrainingProblem;
}

export interface LoadedEnsemble {
  readonly folder: string;
  readonly manifest: GroupManifest;
  readonly members: readonly LoadedMember[];
  /** Which weights count: snapshots are the last of their cycle, other members' the best. */
  readonly weights: "current" | "best";
  /** The member with the best validation figure by which its own weights were chosen; its index. */
  readonly best: number;
}

/**
 * Loads the members of an ensemble that ended well. Throws `group-missing`, `no-ensemble` for a repeat, `ensemble-incomplete` for fewer than two, and what
 * loading a run throws.
 */
export async function loadMembers(folder: string, report: Report): Promise<LoadedEnsemble> {
  const manifest = await readGroup(folder);
  if (manifest.kind === "seeds" || manifest.kind === "folds") {
    throw new DescentError("no-ensemble", `${manifest.id} holds ${manifest.kind === "seeds" ? "repeats, whose splits follow their seeds" : "the folds of a cross-validation"}: what one is tested on, another may have trained on. Name one of its runs, in members/, or train an ensemble.`, { file: folder });
  }
  const good = manifest.members.filter(({ state }) => state.startsWith("finished"));
  if (good.length < 2) throw new DescentError("ensemble-incomplete", `Of ${manifest.members.length} members ${good.length} ended well; an ensemble needs two.`, { file: folder });
  const members: LoadedMember[] = [];
  for (const [i, member] of good.entries()) {
    report.progress(`loading member ${i + 1} of ${good.length}`, i / good.length);
    const run = await loadRun(memberFolder(folder, member), report);
    const problem = describeProblem(run.config, run.dataset);
    refuseText(problem);
    members.push({ member, run, problem });
  }
  return { folder, manifest, members, weights: manifest.kind === "snapshot" ? "current" : "best", best: bestOf(members) };
}

function bestOf(members: readonly LoadedMember[]): number {
  const { best } = members[0].run.manifest;
  if (best === null) return 0;
  const values = members.map(({ run }) => (run.manifest.best === null ? Number.NaN : fromJsonNumber(run.manifest.best.value)));
  const sign = isLowerBetter(best.metric) ? -1 : 1;
  return values.reduce((found, value, i) => (Number.isNaN(values[found]) || sign * value > sign * values[found] ? i : found), 0);
}

/** Lets go of the members' sessions. */
export async function disposeMembers({ members }: LoadedEnsemble): Promise<void> {
  for (const { run } of members) await run.trainer.dispose();
}
