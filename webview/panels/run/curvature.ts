import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../src/common/format.js";
import { type CurvatureFigures, curvatureSentences, landscapeOf, overshoots, ratioOf } from "../../../src/protocol/curvature.js";
import { button } from "../../controls/button.js";
import { isLive, type Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./curvature.css";

/** How much the loss bends: measured when it is asked for, at the run's newest checkpoint; while it is measured its progress, and a way to end it. */
@customElement("descent-curvature")
export class Curvature extends StoreElement {
  protected readonly topics: readonly Topic[] = ["curvature", "run"];

  protected override render() {
    const { run, curvature } = this.store;
    // a log of others has no model, and a run without layers has none yet
    if (run === null || run.origin !== undefined || (run.layers ?? []).length === 0) return nothing;
    const last = curvature.figures.at(-1);
    return html`<section class="curvature" aria-labelledby="curvature-title">
      <h2 id="curvature-title">Curvature</h2>
      <div aria-live="polite">${last ? this.shown(last, curvature.figures.at(-2)) : html`<p class="curvature-note">How much the loss bends, whether the weights stand on a minimum or a saddle, and how high a learning rate is stable.</p>`}</div>
      ${curvature.problem === null ? nothing : html`<p class="curvature-problem" role="alert">${curvature.problem}</p>`}
      ${curvature.fraction === null ? this.measure(last) : this.measuring(curvature.fraction)}
    </section>`;
  }

  private shown(figures: CurvatureFigures, before: CurvatureFigures | undefined) {
    const ratio = ratioOf(figures);
    const unstable = figures.stableRate !== null && figures.rate > overshoots * figures.stableRate;
    const was = (value: number | null | undefined) => (before && typeof value === "number" && before.step !== figures.step ? `${formatValue(value)} at step ${formatCount(before.step)}` : nothing);
    return html`<dl>
        <div><dt>step</dt><dd>${formatCount(figures.step)}</dd></div>
        <div title="Largest eigenvalue of the Hessian of the training loss"><dt>largest</dt><dd title=${was(before?.largest)}>${formatValue(figures.largest)}</dd></div>
        <div title="Smallest eigenvalue of the Hessian of the training loss"><dt>smallest</dt><dd title=${was(before?.smallest)}>${formatValue(figures.smallest)}</dd></div>
        <div title="Largest by smallest, both by size"><dt>ratio</dt><dd>${ratio === null ? "above 500" : formatValue(ratio)}</dd></div>
        <div><dt>place</dt><dd>${landscapeOf(figures)}</dd></div>
        ${figures.stableRate === null ? nothing : html`<div title="Largest learning rate at which the optimizer does not swing up along any direction"><dt>stable rate</dt><dd class=${unstable ? "is-error" : ""}>${formatValue(figures.stableRate)}</dd></div>`}
      </dl>
      ${curvatureSentences(figures).map((sentence) => html`<p class="curvature-note">${sentence}</p>`)}`;
  }

  private measure(last: CurvatureFigures | undefined) {
    const { run } = this.store;
    const known = run !== null && (run.checkpoint !== null || isLive(run.state));
    return button({
      label: last ? "Measure again" : "Measure", icon: "telescope", disabled: !known,
      title: known ? "Largest and smallest curvature of the training loss, by Lanczos on Hessian-vector products of up to 1,024 examples" : "This run has no checkpoint to measure at",
      press: () => this.store.send({ message: "measure-curvature" }),
    });
  }

  private measuring(fraction: number) {
    return html`<div class="curvature-progress"><progress max="1" .value=${fraction} aria-label="Measuring the curvature"></progress>
      ${button({ label: "Cancel", press: () => this.store.send({ message: "cancel-curvature" }) })}</div>`;
  }
}
