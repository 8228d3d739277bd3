import type { ParsedFile } from "../config/parseTrainingFile.js";
import type { Dataset } from "../engine/data/types.js";
import type { Curvature } from "../engine/training/curvature/measureCurvature.js";
import type { ChunkDone, EvaluationDone, TrainingPlan } from "../engine/training/types.js";
import type { Finding } from "../protocol/finding.js";
import { isRootOf, whyExplains } from "./causes/explanations.js";
import { findingOf, isSuppressed } from "./findings.js";
import type { LiveRule, Symptom, Verdict, Watcher } from "./live/defineLiveRule.js";
import { liveContext } from "./live/liveContext.js";
import { liveRules } from "./live/registry.js";
import { RunHistory } from "./live/runHistory.js";
import { ruleOf } from "./registry.js";
import { aboutFile, outlineForRules, withImportedView } from "./importedView.js";
import { runDataRules, runLint } from "./runRules.js";
import type { Report } from "./rule.js";
import { type RuleSetting, type RuleSettings, settingOf, type Suppression, suppressions } from "./settings.js";

/** Symptoms that steps beyond the curvature bring forth. */
const curvatureTells: ReadonlySet<string> = new Set(["loss-not-decreasing", "exploding-gradient", "non-finite-loss", "non-finite-layer", "oscillating-loss", "gradient-spikes"]);

interface Watched {
  readonly rule: LiveRule;
  readonly setting: RuleSetting;
  readonly watcher: Watcher;
  open: { readonly finding: Finding; readonly level: number } | null;
}

/**
 * The live rules over one run. Feed it what the trainer gives, in order; each call returns the findings that changed: opened,
 * updated (twice as bad as when last told), closed (the symptom has gone). The work is a pass over a chunk's losses.
 */
export class LiveRules {
  private readonly history = new RunHistory();
  private readonly watched: readonly Watched[];
  /** Those of them that look at steps. */
  private readonly watchingSteps: readonly Watched[];
  private readonly silenced: readonly Suppression[];
  /** What file and data show that keeps a model from learning: the cause of what is seen later. */
  private readonly causes: readonly Finding[];

  /** `parsed` must have a config. `settings`: the editor's or the user's, below the file's own. `before`: what lint and data rules found, where that is known already. */
  constructor(
    private readonly parsed: ParsedFile,
    dataset: Dataset,
    plan: Pick<TrainingPlan, "stepsPerEpoch" | "totalSteps" | "layers">,
    settings: RuleSettings = {},
    before: readonly Finding[] = [...runLint(parsed, settings), ...runDataRules(parsed, dataset, settings)],
  ) {
    if (parsed.config === null) throw new Error("a run has a sound training file");
    const { config } = parsed;
    const context = liveContext(withImportedView(config, outlineForRules(config, dataset)), dataset, plan);
    this.silenced = suppressions(parsed);
    this.causes = causesOfTrouble(before);
    this.watched = liveRules
      .map((rule) => ({ rule, setting: settingOf(rule, config.diagnostics.rules, settings) }))
      .filter(({ setting }) => !setting.off)
      .map(({ rule, setting }) => ({ rule, setting, watcher: rule.watch(context, setting.options), open: null }));
    this.watchingSteps = this.watched.filter(({ watcher }) => watcher.onSteps !== undefined);
  }

  pushChunk(chunk: ChunkDone): Finding[] {
    this.history.takeSteps(chunk);
    return this.tell(chunk.firstStep + chunk.losses.length - 1, (watcher) => watcher.onSteps?.(chunk, this.history), this.watchingSteps);
  }

  pushEvaluation(evaluation: EvaluationDone): Finding[] {
    this.history.takeEvaluation(evaluation);
    return this.tell(evaluation.step, (watcher) => watcher.onEvaluation?.(evaluation, this.history));
  }

  pushCurvature(curvature: Curvature): Finding[] {
    return this.tell(this.history.lastStep, (watcher) => watcher.onCurvature?.(curvature, this.history));
  }

  /** Whether a symptom is told whose cause may be steps that are too long: a look at the curvature would tell. */
  get suspectsRate(): boolean {
    return this.watched.some(({ rule, open }) => open !== null && (open.finding.severity !== "info" || open.finding.category === "learning_rate") && curvatureTells.has(rule.id));
  }

  /** The run is over: what only the whole tells. */
  end(): Finding[] {
    return this.tell(this.history.lastStep, (watcher) => watcher.onEnd?.(this.history));
  }

  private tell(step: number, ask: (watcher: Watcher) => Verdict | undefined, those = this.watched): Finding[] {
    return those.flatMap((watched) => {
      const verdict = ask(watched.watcher) ?? "unchanged";
      if (verdict === "unchanged") return [];
      if (verdict === "healthy") return this.close(watched, step);
      if (watched.open !== null && verdict.level < 2 * watched.open.level) return [];
      // a hint beside a warning of the same trouble says nothing more
      if (watched.open === null && watched.rule.severity === "info" && this.isTold(watched)) return [];
      const cause = this.causes.find((candidate) => (watched.rule.problem === "learning" ? explains(candidate, verdict) : candidate.severity !== "info" && whyExplains(candidate, watched.rule.id) !== null));
      const report = cause === undefined ? guessed(verdict) : explained(verdict, cause);
      const found = findingOf(this.parsed, watched.rule, aboutFile(report), watched.setting);
      const known = (cause !== undefined && cause.severity !== "info") || this.isTold(watched);
      const finding: Finding = { ...found, severity: known && found.severity === "warning" ? "info" : found.severity, step: verdict.step, state: watched.open === null ? "open" : "updated" };
      if (isSuppressed(finding, this.silenced)) return [];
      watched.open = { finding, level: verdict.level };
      return [finding];
    });
  }

  /** Whether another symptom of the same trouble warns already: one cause, one warning. */
  private isTold(watched: Watched): boolean {
    return this.watched.some(({ rule, open }) => rule !== watched.rule && rule.problem === watched.rule.problem && open !== null && open.finding.severity !== "info" && !isRootOf(watched.rule.id, rule.id));
  }

  private close(watched: Watched, step: number): Finding[] {
    if (watched.open === null) return [];
    const finding: Finding = { ...watched.open.finding, state: "closed", step };
    watched.open = null;
    return [finding];
  }
}

/** Findings that name a trouble with learning, the worst and surest first; hints, which only a symptom makes a trouble, come last. */
function causesOfTrouble(findings: readonly Finding[]): Finding[] {
  const weight = ({ severity, confidence }: Finding): number => confidence + (severity === "error" ? 1 : severity === "info" ? -1 : 0);
  return findings.filter(({ problem }) => problem === "learning").sort((a, b) => weight(b) - weight(a));
}

/** Confidence from which a symptom's own figures say more than a hint of file and data. */
const surerThanHints = 0.65;

function explains({ category, severity }: Finding, { step, confidence = 0.95 }: Symptom): boolean {
  // before the first update no learning rate has done anything
  if (step <= 1 && category === "learning_rate") return false;
  return severity !== "info" || confidence < surerThanHints;
}

/** A symptom whose cause is known from file and data stands at that cause, with its fixes. */
function explained(symptom: Symptom, cause: Finding): Report {
  const title = ruleOf(cause.rule)?.title ?? cause.rule;
  return { ...symptom, at: cause.path, category: cause.category, confidence: Math.max(symptom.confidence ?? 0, 0.9 * cause.confidence), fixes: cause.fixes, message: `${symptom.message} Likely cause: ${title} (${cause.rule}).` };
}

function guessed(symptom: Symptom): Report {
  const { otherwise, guess } = symptom;
  const evidence = otherwise === undefined ? symptom.evidence : { ...symptom.evidence, otherwise: otherwise.category, otherwise_at: otherwise.at };
  return { ...symptom, evidence, message: guess === undefined ? symptom.message : `${symptom.message} ${guess}` };
}
