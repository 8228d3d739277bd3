import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { fromJsonNumber } from "../../../src/common/numbers.js";
import { formatCount, formatDuration, formatValue } from "../../../src/common/format.js";
import { button } from "../../controls/button.js";
import type { Manifest } from "../../../src/protocol/manifest.js";
import type { RunStore, Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** What stands above the charts when a run is over: the result first, or why it failed; nothing while it goes on. */
@customElement("descent-outcome")
export class Outcome extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run"];

  protected override seriesGrew(): void {
    // the last good figures, as history comes in
    if (this.store.run?.state === "failed") this.requestUpdate();
  }

  protected override render() {
    const { run } = this.store;
    switch (run?.state) {
      case "finished": return result(this.store, run, "finished in");
      case "finished early": return result(this.store, run, "finished early, after");
      case "stopped": return result(this.store, run, "stopped after");
      case "failed": return failure(this.store, run);
      default: return nothing;
    }
  }
}

function result(store: RunStore, run: Manifest, title: string) {
  const tested = Object.keys(run.metrics).some((name) => name.startsWith("test/"));
  return html`<section class="outcome" aria-label="Result">
    <div class="outcome-figures">
      <dl class="outcome-large">
        ${headline(run).map(({ name, value, note }) => html`<div class="is-large"><dt>${name}</dt><dd>${formatValue(value, 4)}</dd><dd class="outcome-note">${note}</dd></div>`)}
      </dl>
      <dl class="outcome-lines">
        <div><dt>${title}</dt><dd>${formatDuration(run.seconds)}</dd><dd class="outcome-note">${formatCount(run.step)} steps</dd></div>
        ${run.checkpoint ? html`<div><dt>model</dt><dd title="In the run's folder, for ONNX Runtime or any other">checkpoints/${run.best ? "best" : "last"}.onnx</dd></div>` : nothing}
      </dl>
    </div>
    ${run.checkpoint
      ? html`<div class="outcome-actions">
          ${button({ label: "Evaluate on test", icon: "beaker", primary: !tested, press: () => store.send({ message: "action", action: "evaluate-test" }) })}
          ${button({ label: "Export", icon: "export", press: () => store.send({ message: "action", action: "export" }) })}
        </div>`
      : nothing}
  </section>`;
}

/** The figures that people ask for first, at most four: accuracy and its like on validation and test, then the best value by which weights were kept. */
function headline(run: Manifest): { name: string; value: number; note: string }[] {
  const kept = run.best ? "with the best weights" : "at the end";
  const figures = Object.entries(run.metrics)
    .filter(([name]) => /^(validation|test)\/(?!loss)/.test(name) && name !== run.best?.metric)
    .sort(([a], [b]) => Number(a.startsWith("test/")) - Number(b.startsWith("test/")))
    .map(([name, value]) => ({ name: words(name), value: fromJsonNumber(value), note: kept }));
  if (run.best) figures.push({ name: `best ${words(run.best.metric)}`, value: fromJsonNumber(run.best.value), note: `step ${formatCount(run.best.step)}` });
  const testLoss = run.metrics["test/loss"];
  if (testLoss !== undefined && !figures.some(({ name }) => name.startsWith("test "))) figures.push({ name: "test loss", value: fromJsonNumber(testLoss), note: kept });
  return figures.slice(0, 4);
}

/** `validation/roc_auc` as it is read: "validation roc auc". */
function words(tag: string): string {
  return tag.replace("/", " ").replaceAll("_", " ");
}

function failure(store: RunStore, run: Manifest) {
  const { error } = run;
  const good = lastGood(store);
  return html`<section class="outcome is-failed" role="alert">
    <span class="codicon codicon-error" aria-hidden="true"></span>
    <div class="outcome-text">
      <p class="outcome-cause">${error?.message ?? "The run ended without saying why."}</p>
      <p class="outcome-note">${good !== "" ? `Last finite figures: ${good}.` : run.step > 0 ? `No figure was finite up to step ${formatCount(run.step)}.` : "It failed before its first step."}${error ? ` Code ${error.code}.` : ""}</p>
    </div>
    <div class="outcome-actions">
      ${button({
        label: run.checkpoint ? `Resume from step ${formatCount(run.checkpoint.step)}` : "Resume from the start", icon: "debug-continue", primary: true,
        press: () => store.send({ message: "action", action: "continue" }),
      })}
      ${button({ label: "Open file", icon: "go-to-file", press: () => store.send({ message: "action", action: "open-file" }) })}
    </div>
  </section>`;
}

/** `step 812, train loss 0.31, validation accuracy 0.92`: the last finite value of each curve that people go by; empty before the first. */
function lastGood(store: RunStore): string {
  const parts: string[] = [];
  let step = 0;
  for (const [tag, series] of store.series) {
    const [split, name, ...rest] = tag.split("/");
    if (rest.length > 0 || ["learning_rate", "gradient_norm", "steps_per_second", "waiting_for_data", "loss_with_penalty"].includes(name)) continue;
    const last = series.facts.lastFinite;
    if (!last) continue;
    if (tag === "train/loss") step = last.step;
    parts.push(`${split} ${name.replaceAll("_", " ")} ${formatValue(last.value)}`);
  }
  return parts.length === 0 ? "" : [`step ${formatCount(step)}`, ...parts].join(", ");
}
