import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCount, formatDuration, formatShare, formatValue } from "../../../src/common/format.js";
import { fromJsonNumber } from "../../../src/common/numbers.js";
import { button, type ButtonOptions } from "../../controls/button.js";
import "../../controls/menu.js";
import type { Manifest, RunState } from "../../../src/protocol/manifest.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./header.css";

const icons: Record<RunState, string> = {
  preparing: "loading", running: "circle-filled", paused: "debug-pause", stopping: "loading",
  finished: "pass-filled", "finished early": "pass-filled", stopped: "debug-stop", failed: "error",
};

const originNames: Record<NonNullable<Manifest["origin"]>, string> = { tensorboard: "TensorBoard logs", csv: "CSV log", trainer_state: "trainer_state.json of Hugging Face" };

/** The first two lines: which run, how it stands, how far it is, how long yet, the best so far, and what can be done. */
@customElement("descent-run-header")
export class RunHeader extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "progress"];

  protected override render() {
    const { run, progress } = this.store;
    if (!run) return nothing;
    const step = progress?.step ?? run.step;
    const total = progress?.totalSteps ?? run.totalSteps;
    const share = total ? Math.min(1, step / total) : 0;
    if (run.origin !== undefined) return this.logHeader(run);
    const over = run.state === "finished" || run.state === "finished early";
    return html`
      <header class="run-header">
        <div class="run-line">
          <h1 class="run-name" title=${`${run.name} (${run.file})`}>${run.name}</h1>
          <span class="run-state is-${run.state.replace(" ", "-")}" role="status">
            <span class="codicon codicon-${icons[run.state]} ${icons[run.state] === "loading" ? "codicon-modifier-spin" : ""}" aria-hidden="true"></span>${run.state}
          </span>
          ${progress?.phase && !over ? html`<span class="figure is-phase" role="status">${progress.phase}</span>` : nothing}
          <span class="run-figures">
            ${run.state === "preparing" ? nothing : html`
              <span class="figure">epoch <b>${formatCount(this.epoch(step, run))}</b> of ${formatValue(progress?.epochs ?? run.epochs)}</span>
              <span class="figure">step <b>${formatCount(step)}</b>${total === null ? "" : ` of ${formatCount(total)}`}</span>
              <span class="figure">${this.time()}</span>`}
          </span>
          <div class="run-actions" role="group" aria-label="Run">
            ${this.actions(run.state).map(button)}
            <descent-menu .label=${"More actions"} .entries=${this.menu(run)}></descent-menu>
          </div>
        </div>
        <div class="run-line is-second">
          <div class="run-progress ${over ? "is-done" : ""} is-${run.state.replace(" ", "-")}" role="progressbar" aria-label="Steps done" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.floor(share * 100)}>
            <svg width="100%" height="100%" aria-hidden="true"><rect width=${`${share * 100}%`} height="100%"></rect></svg>
          </div>
          <span class="figure is-share">${formatShare(share)}</span>
          <span class="figure is-speed">${progress && progress.stepsPerSecond > 0 ? `${formatValue(progress.stepsPerSecond)} steps/s${waitingText(progress.waitingForData)}` : ""}</span>
          <span class="figure is-device">${run.device}${run.threads ? `, ${run.threads} ${run.threads === 1 ? "thread" : "threads"}` : ""}</span>
          <span class="figure is-best">${this.best(run)}</span>
        </div>
      </header>
    `;
  }

  /** Of a log of others: what it says of itself; nothing can be steered from here. */
  private logHeader(run: Manifest) {
    return html`
      <header class="run-header">
        <div class="run-line">
          <h1 class="run-name" title=${`${run.name} (${run.file})`}>${run.name}</h1>
          <span class="run-state is-${run.state}" role="status" title=${run.state === "running" ? "It was written to within the last two minutes" : "Nothing was written to it for two minutes"}>
            <span class="codicon codicon-${icons[run.state]}" aria-hidden="true"></span>${run.state}
          </span>
          <span class="run-figures">
            ${run.stepsPerEpoch === null ? nothing : html`<span class="figure">epoch <b>${formatValue(run.epochs)}</b></span>`}
            <span class="figure">step <b>${formatCount(run.step)}</b></span>
            ${run.seconds > 0 ? html`<span class="figure"><b>${formatDuration(run.seconds)}</b></span>` : nothing}
          </span>
          <div class="run-actions" role="group" aria-label="Run">
            <descent-menu .label=${"More actions"} .entries=${[{ label: "Show the log's folder", icon: "folder-opened", press: () => this.act("reveal") }]}></descent-menu>
          </div>
        </div>
        <div class="run-line is-second">
          <span class="figure">${originNames[run.origin!]}</span>
          <span class="figure is-best">${this.best(run)}</span>
        </div>
      </header>`;
  }

  /** The epoch being trained, from 1. */
  private epoch(step: number, run: Manifest): number {
    if (!run.stepsPerEpoch) return Math.ceil(this.store.progress?.epoch ?? 0);
    return Math.max(1, Math.min(Math.ceil(run.epochs), Math.ceil(step / run.stepsPerEpoch)));
  }

  private time() {
    const { run, progress } = this.store;
    const seconds = progress?.secondsElapsed ?? run!.seconds;
    if ((run!.state === "running" || run!.state === "paused") && progress && progress.secondsLeft !== null) return html`<b>${formatDuration(progress.secondsLeft)}</b> left`;
    return html`<b>${formatDuration(seconds)}</b>${run!.state === "running" ? " so far" : ""}`;
  }

  private best(run: Manifest) {
    if (!run.best) return nothing;
    const epoch = run.stepsPerEpoch ? `, epoch ${formatCount(Math.ceil(run.best.step / run.stepsPerEpoch))}` : "";
    const name = run.best.metric.replace("validation/", "");
    return html`<span title=${`best ${run.best.metric}`}>best ${name}</span> <b>${formatValue(fromJsonNumber(run.best.value))}</b><span>, step ${formatCount(run.best.step)}${epoch}</span>`;
  }

  private actions(state: RunState): ButtonOptions[] {
    const act = (action: Parameters<RunHeader["act"]>[0]) => () => this.act(action);
    switch (state) {
      case "preparing": return [{ label: "Stop", icon: "debug-stop", press: act("stop") }];
      case "running": return [{ label: "Pause", icon: "debug-pause", press: act("pause") }, { label: "Stop", icon: "debug-stop", press: act("stop") }];
      case "paused": return [{ label: "Continue", icon: "debug-continue", primary: true, press: act("resume") }, { label: "Stop", icon: "debug-stop", press: act("stop") }];
      case "stopping": return [{ label: "Stopping", icon: "debug-stop", disabled: true, press: () => {} }];
      case "stopped": return [{ label: "Resume", icon: "debug-continue", primary: true, press: act("continue") }, { label: "Train again", icon: "play", press: act("train") }];
      case "failed": return [{ label: "Train again", icon: "play", press: act("train") }];
      case "finished":
      case "finished early": return [{ label: "Train again", icon: "play", press: act("train") }];
    }
  }

  private menu(run: Manifest) {
    const entry = (label: string, icon: string, action: Parameters<RunHeader["act"]>[0]) => ({ label, icon, press: () => this.act(action) });
    const live = run.state === "running" || run.state === "paused";
    return [
      ...(live ? [entry("Save a checkpoint now", "save", "checkpoint")] : []),
      ...(run.checkpoint ? [entry("Evaluate on test", "beaker", "evaluate-test"), entry("Export model", "export", "export")] : []),
      entry("Open the training file", "go-to-file", "open-file"),
      entry("Show the run's folder", "folder-opened", "reveal"),
    ];
  }

  private act(action: "train" | "pause" | "resume" | "stop" | "checkpoint" | "continue" | "evaluate-test" | "export" | "reveal" | "open-file"): void {
    this.store.send({ message: "action", action });
  }
}

/** Of streamed data: the share of the time that training waits for examples, where it is worth a word. */
function waitingText(share = 0): string {
  return share < 0.05 ? "" : `, ${Math.round(100 * share)} % waiting for data`;
}
