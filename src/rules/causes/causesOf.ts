/** From findings, which are symptoms and suspicions, to few causes, the most likely first. */
import { type Category, categorySchema, type Finding } from "../../protocol/finding.js";
import type { Verdict } from "../../protocol/runEvents.js";
import { ruleOf } from "../registry.js";
import { whyExplains } from "./explanations.js";
import type { Standing } from "./foldFindings.js";

/** What is wrong, with everything that speaks for it. */
export interface Cause {
  readonly category: Category;
  /** Path into the training file. */
  readonly path: string;
  /** Within [0, 1]. */
  readonly confidence: number;
  /** The finding that names it. */
  readonly named: Finding;
  /** What else it explains, with the reasons. */
  readonly explains: readonly { readonly finding: Finding; readonly because: string }[];
}

/** Causes named at most, and the share of the first one's weight below which others are left unsaid: a list of everything helps nobody. */
const most = 3;
const leastShare = 0.5;

/** Confidence from which a symptom's guess needs no second one beside it, and the second's share of it. */
const certain = 0.95;
const secondShare = 0.6;
/** Kinds of hints that a run which goes wrong makes suspects. */
const suspects = new Set(["activation", "loss", "optimizer", "learning_rate", "initialisation", "architecture", "preprocessing", "batch_size", "regularization"]);

/** Confidence from which a symptom that went is the reason of one that stayed. */
const sureEnough = 0.65;

/**
 * The causes of what was found, most likely first. Only errors and warnings need a cause; hints lend weight to it. A fault that file or data
 * show explains the symptoms that follow from it (`explanations`); symptoms of one kind are one cause.
 * `finished`: the run went to its end; then a symptom that went by itself
 * speaks against nothing, but it may explain what it left behind.
 */
export function causesOf(standing: readonly Standing[], { finished }: { readonly finished: boolean }): Cause[] {
  const went = new Set(finished ? standing.filter(({ closed }) => closed).map(({ finding }) => finding) : []);
  const all = standing.map(({ finding }) => finding).filter((finding) => !went.has(finding) || finding.confidence >= sureEnough);
  const counted = all.filter((finding) => !went.has(finding));
  const groups: Finding[][] = [];
  for (const finding of all.filter(({ severity }) => severity !== "info").sort((a, b) => weightOf(b, all) - weightOf(a, all))) {
    const group = groups.find(([head]) => isSameTrouble(head, finding));
    if (group === undefined) groups.push([finding]);
    else group.push(finding);
  }
  // hints add weight to what is named anyway, and name nothing
  const hints = counted.filter(({ severity }) => severity === "info");
  const causes = groups.filter((group) => group.some((finding) => !went.has(finding))).map(([named, ...others]) => causeOf(named, [...others, ...hints.filter((hint) => hint.problem === named.problem && isSameTrouble(named, hint))]));
  const [only] = causes;
  if (causes.length === 1) causes.push(...secondCause(only, hints));
  const ranked = causes.map((cause) => ({ cause, weight: rankOf(cause) })).sort((a, b) => b.weight - a.weight);
  return ranked.filter(({ cause, weight }, index) => index < most && (cause.named.severity === "error" || weight >= leastShare * ranked[0].weight)).map(({ cause }) => cause);
}

/**
 * A symptom seldom has one possible cause. Where nothing but symptoms speaks, the next likely is named as well: what a hint of file and data says
 * against the run, else what the symptom's own figures leave open.
 */
function secondCause({ named, category, path, confidence }: Cause, hints: readonly Finding[]): Cause[] {
  if (!isSymptom(named) || confidence >= certain || named.severity === "error") return [];
  const hint = hints.filter((candidate) => !isSymptom(candidate) && candidate.problem === "learning" && candidate.category !== category && suspects.has(candidate.category)).sort((a, b) => b.confidence - a.confidence)[0];
  if (hint !== undefined) return [{ category: hint.category, path: hint.path, confidence: secondShare * confidence, named: hint, explains: [{ finding: named, because: whyExplains(hint, named.rule) ?? "It is no fault by itself, and may be one here." }] }];
  const { otherwise, otherwise_at: at } = named.evidence;
  if (typeof otherwise !== "string" || typeof at !== "string" || (otherwise === category && at === path)) return [];
  return [{ category: categorySchema.parse(otherwise), path: at, confidence: secondShare * confidence, named, explains: [] }];
}

/** The line that ends `diagnose` and `check`. A run is healthy where nothing but hints, and symptoms that went by themselves, was found. */
export function verdictOf(run: string, standing: readonly Standing[], state: { readonly finished: boolean }): Verdict {
  const causes = causesOf(standing, state);
  return { event: "verdict", run, healthy: causes.length === 0, causes: causes.map(({ category, path, confidence }) => ({ category, path, confidence: Math.round(confidence * 1000) / 1000 })) };
}

/** Whether a finding is seen in a run or an experiment; else it is a fault that file or data show. */
function isSymptom({ rule, step }: Finding): boolean {
  const known = ruleOf(rule);
  return step !== null || known === null || known.looksAt === "run";
}

function isSameTrouble(head: Finding, finding: Finding): boolean {
  if (head.path === finding.path && head.category === finding.category) return true;
  if (!isSymptom(finding)) return !isSymptom(head) && head.rule === finding.rule; // one fault in several places
  if (whyExplains(head, finding.rule) !== null) return true;
  return head.category === finding.category && (!isSymptom(head) || head.problem === finding.problem);
}

function causeOf(named: Finding, others: readonly Finding[]): Cause {
  // each further sign removes part of the doubt: signs of one trouble are not independent, so half of what it would if they were
  const doubt = others.reduce((rest, { confidence }) => rest * (1 - 0.5 * confidence), 1 - named.confidence);
  return {
    category: named.category, path: named.path, confidence: Math.min(0.99, 1 - doubt), named,
    explains: others.map((finding) => ({ finding, because: whyExplains(named, finding.rule) ?? "It is another sign of the same trouble." })),
  };
}

/** Order in which findings are taken for the head of a cause: what cannot work, then faults before symptoms, symptoms that others follow from, then the surer. */
function weightOf(finding: Finding, all: readonly Finding[]): number {
  const leads = all.some((other) => other.severity !== "info" && isSymptom(other) && whyExplains(finding, other.rule) !== null && whyExplains(other, finding.rule) === null);
  return finding.confidence + (leads ? 0.2 : 0) + (isSymptom(finding) ? 0 : 0.3) + (finding.severity === "error" && !isSymptom(finding) ? 0.5 : 0);
}

function rankOf({ confidence, named, explains }: Cause): number {
  const confirmed = !isSymptom(named) && explains.some(({ finding }) => isSymptom(finding));
  return confidence + (named.severity === "error" ? 0.3 : 0) + (confirmed ? 0.2 : 0);
}
