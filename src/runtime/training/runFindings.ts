import type { DescentError } from "../../common/errors.js";
import type { Curvature } from "../../engine/training/curvature/measureCurvature.js";
import type { TrainerEvent } from "../../engine/training/types.js";
import type { Finding } from "../../protocol/finding.js";
import { readFindings } from "../../runs/findingsFile.js";
import { LiveRules } from "../../rules/liveRules.js";
import { runDataRules, runLint } from "../../rules/runRules.js";
import type { RuleSettings } from "../../rules/settings.js";
import { isDeviceFailure, waysOn } from "../../protocol/deviceFailure.js";
import { crowdedSentence } from "../backend/crowdedGpu.js";
import type { ActiveRun } from "./activeRun.js";
import type { Prepared } from "./prepare.js";

/** What the rules say of a run: of its file and data before the first step, of the stream while it trains. */
export class RunFindings {
  private readonly live: LiveRules;
  /** Of file and data. */
  private readonly before: readonly Finding[];

  /** Whether the curvature was looked at. */
  private looked = false;

  /** `settings`: the editor's, below the file's own. */
  constructor(
    settings: RuleSettings,
    private readonly prepared: Prepared,
    private readonly run: ActiveRun,
  ) {
    const { parsed, dataset, trainer } = prepared;
    this.before = [...runLint(parsed, settings), ...runDataRules(parsed, dataset, settings)];
    this.live = new LiveRules(parsed, dataset, trainer.plan, settings, this.before);
  }

  /** The rules' findings on file and data. Those that a resumed run's folder holds from before are told again, not stored again. */
  async beforeTraining(): Promise<void> {
    const known = new Set((await readFindings(this.run.folder)).map(identityOf));
    for (const finding of this.before) {
      if (known.has(identityOf(finding))) this.run.findingAgain(finding);
      else this.run.finding(finding);
    }
    this.tellCrowded();
  }

  /** Of a GPU that others use, with what can be done before the run fails. */
  private tellCrowded(): void {
    const { crowded, config, device } = this.prepared;
    if (crowded === null) return;
    const { memory, free, others } = crowded;
    this.run.finding({
      ...this.ofDevice("device-busy", crowdedSentence(crowded), "device"),
      severity: "warning",
      evidence: { memory, free, ...(others === null ? {} : { others }) },
      fixes: waysOn("out-of-memory", config, device),
    });
  }

  /** Shows the live rules what came of a piece of work; `end` is the run's own end, not one that was asked for. */
  watch(event: TrainerEvent): void {
    for (const finding of this.told(event)) this.run.finding(finding);
  }

  /** The rules' word on a curvature that was measured at the run's weights. */
  curvature(curvature: Curvature): void {
    for (const finding of this.live.pushCurvature(curvature)) this.run.finding(finding);
  }

  /**
   * Looks at the curvature, once a run, when its symptoms may come of steps that are too long: at the weights it began with, and at those it has. It costs a few dozen
   * gradients of a few examples, and a run without trouble nothing.
   */
  async explainTrouble(): Promise<void> {
    if (this.looked || !this.live.suspectsRate) return;
    this.looked = true;
    const measured: Curvature[] = [];
    for (const at of ["start", "now"] as const) {
      try {
        const one = await this.prepared.trainer.curvature({ at, examples: 256, products: 30 });
        if (one !== null && Number.isFinite(one.largest)) measured.push(one);
      } catch (thrown) {
        this.run.log("info", `the curvature could not be measured: ${(thrown as Error).message}`);
      }
    }
    // weights that long steps have thrown off may lie where nothing bends any more: the worse of the two is what the trouble comes of
    const excess = ({ rate, stableRate }: Curvature): number => (stableRate === null ? 0 : rate / stableRate);
    const worst = measured.sort((a, b) => excess(b) - excess(a)).at(0);
    if (worst !== undefined) this.curvature(worst);
  }

  /** Training could not go on. */
  failure({ code, message, location }: DescentError): void {
    const fixes = isDeviceFailure(code) ? waysOn(code, this.prepared.config, this.prepared.device) : [];
    const finding = this.ofDevice(code, message, location.path ?? "");
    this.run.finding({ ...finding, category: code === "non-finite-loss" ? "numerics" : "system", file: location.file ?? finding.file, range: location.range ?? finding.range, fixes });
  }

  /** A finding that no rule has: something about the machine, or a failure. */
  private ofDevice(rule: string, message: string, path: string): Finding {
    return {
      rule, message, path,
      severity: "error", problem: "learning", category: "system",
      evidence: {}, confidence: 1,
      step: this.run.step > 0 ? this.run.step : null,
      state: "open",
      file: this.prepared.source.file,
      range: path === "" ? null : this.prepared.parsed.locate(path),
      fixes: [], page: "",
    };
  }

  private told(event: TrainerEvent): Finding[] {
    if (event.kind === "steps") return this.live.pushChunk(event);
    if (event.kind === "evaluation") return this.live.pushEvaluation(event);
    return event.kind === "end" ? this.live.end() : [];
  }
}

function identityOf({ rule, path, message, step }: Finding): string {
  return JSON.stringify([rule, path, message, step]);
}
