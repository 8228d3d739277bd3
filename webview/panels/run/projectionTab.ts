import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatShare } from "../../../src/common/format.js";
import { coloursOfClasses } from "../../charts/palette.js";
import type { PointDetail, ScatterData } from "../../charts/scatterChart.js";
import "../../charts/scatterChart.js";
import { css, onThemeChange, theme } from "../../charts/theme.js";
import { iconButton } from "../../controls/button.js";
import { checkbox, dropdown, slider } from "../../controls/choice.js";
import type { Example, Projection } from "../../../src/protocol/evaluation.js";
import { exampleCard } from "./exampleCard.js";
import { nearestAgrees } from "./neighbours.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./projectionTab.css";

const methods = { tsne: "t-SNE", pca: "PCA", umap: "UMAP" } as const;
/** Milliseconds the pointer rests on a point before its example is asked for. */
const rest = 60;

/** What the network sees: examples laid out so that those alike to a layer lie together, coloured by class. */
@customElement("descent-projection-tab")
export class ProjectionTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "projection"];
  @state() private position: number | null = null;
  @state() private ringed = true;
  @state() private asTable = false;
  @state() private hiddenGroups: ReadonlySet<number> = new Set();
  @state() private point: PointDetail | null = null;
  @state() private example: Example | null = null;
  private readonly examples = new Map<number, Example>();
  private shown: { projection: Projection; ringed: boolean; data: ScatterData } | null = null;
  private agreement: { projection: Projection; agrees: boolean[] } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopTheme: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.askForProjections();
    this.stopTheme = onThemeChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopTheme?.();
    clearTimeout(this.timer);
  }

  protected override render() {
    const { store } = this;
    const history = (store.layer && store.projections.get(store.layer)) || [];
    const projection = history[this.position ?? history.length - 1] ?? history[history.length - 1];
    const layers = ["inputs", ...(store.run?.layers.map((layer) => layer.name) ?? [])];
    for (const of of store.projections.keys()) if (!layers.includes(of)) layers.push(of);
    return html`
      <div class="toolbar">
        ${dropdown("Layer", layers.map((value) => ({ value, label: value })), store.layer ?? layers[layers.length - 1], (of) => {
          this.position = null;
          store.chooseLayer(of);
        })}
        ${history.length > 1
          ? slider("Step", this.position ?? history.length - 1, { min: 0, max: history.length - 1, step: 1 }, projection ? formatCount(projection.step) : "", (position) => (this.position = position === history.length - 1 ? null : position))
          : nothing}
        ${checkbox("Ring mistakes", this.ringed, (ringed) => (this.ringed = ringed))}
        ${projection ? iconButton({ label: this.asTable ? "Show the chart" : "Show as a table by class", icon: this.asTable ? "graph-scatter" : "table", press: () => (this.asTable = !this.asTable) }) : nothing}
      </div>
      ${projection ? this.picture(projection) : html`<p class="tab-empty">${this.waiting()}</p>`}
    `;
  }

  private waiting(): string {
    const state = this.store.run?.state;
    if (this.store.layer && state && ["running", "paused", "preparing"].includes(state)) return `Computing the projection of ${this.store.layer}.`;
    return state && ["running", "paused", "preparing"].includes(state) ? "The first projection comes after the first evaluation." : "This run has no projection of this layer.";
  }

  private picture(projection: Projection) {
    const colours = coloursOfClasses(projection.classes.length, theme());
    const agrees = this.agreesOf(projection);
    const share = agrees.filter(Boolean).length / Math.max(1, agrees.length);
    const summary = `${methods[projection.method]} of ${projection.of === "inputs" ? "the inputs" : `layer ${projection.of}`}, ${formatCount(projection.x.length)} examples at step ${formatCount(projection.step)}. The nearest neighbour is of the same class for ${formatShare(share)}.`;
    return html`
      <p class="projection-summary" aria-live="polite">${summary}</p>
      <div class="projection">
        ${this.asTable
          ? this.table(projection, agrees)
          : html`<div class="projection-plot">
              <descent-scatter .data=${this.dataOf(projection)} .colours=${colours} .hiddenGroups=${this.hiddenGroups} .label=${summary} @point=${this.onPoint}></descent-scatter>
              ${this.pointed(projection)}
            </div>`}
        <div class="projection-legend" role="group" aria-label="Classes shown">${projection.classes.map((name, k) => html`
          <button type="button" class="legend-class" aria-pressed=${this.hiddenGroups.has(k) ? "false" : "true"} title=${name} @click=${() => this.toggle(k)}>
            <svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="4.5" fill=${css(colours[k])}></circle></svg><span>${name}</span></button>`)}
        </div>
      </div>`;
  }

  private table(projection: Projection, agrees: readonly boolean[]) {
    return html`<div class="chart-table projection-table" tabindex="0" role="region" aria-label="Projection by class"><table>
      <thead><tr><th scope="col">class</th><th scope="col">examples</th><th scope="col">predicted wrong</th><th scope="col">nearest is of the same class</th></tr></thead>
      <tbody>${projection.classes.map((name, k) => {
        const mine = projection.labels.flatMap((label, i) => (label === k ? [i] : []));
        const wrong = mine.filter((i) => projection.predicted[i] !== k).length;
        return html`<tr><th scope="row">${name}</th><td>${formatCount(mine.length)}</td><td>${formatCount(wrong)}</td><td>${formatShare(mine.filter((i) => agrees[i]).length / mine.length)}</td></tr>`;
      })}</tbody></table></div>`;
  }

  /** The example under the pointer, beside it. */
  private pointed(projection: Projection) {
    if (!this.point) return nothing;
    const { index } = this.point;
    const [actual, predicted] = [projection.labels[index], projection.predicted[index]].map((k) => projection.classes[k] ?? "?");
    return html`<div class="projection-card">${this.example?.index === projection.examples[index]
      ? exampleCard(this.example)
      : html`<p class="tab-note"><b>${actual}</b>${actual === predicted ? "" : html`, predicted <b>${predicted}</b>`}, #${formatCount(projection.examples[index])}</p>`}</div>`;
  }

  protected override updated(): void {
    const card = this.querySelector<HTMLElement>(".projection-card");
    if (!card || !this.point) return;
    const plot = card.parentElement!;
    const { left, top } = this.point;
    card.style.left = `${Math.max(0, left + 14 + card.offsetWidth > plot.clientWidth ? left - 14 - card.offsetWidth : left + 14)}px`;
    card.style.top = `${Math.max(0, Math.min(top + 10, plot.clientHeight - card.offsetHeight))}px`;
  }

  private readonly onPoint = (event: CustomEvent<PointDetail | null>): void => {
    this.point = event.detail;
    clearTimeout(this.timer);
    const history = (this.store.layer && this.store.projections.get(this.store.layer)) || [];
    const projection = history[this.position ?? history.length - 1];
    if (!this.point || !projection) return;
    const index = projection.examples[this.point.index];
    const known = this.examples.get(index);
    if (known) this.example = known;
    else this.timer = setTimeout(() => void this.fetch(index), rest);
  };

  private async fetch(index: number): Promise<void> {
    const answer = await this.store.examplesAt([index]);
    if (!answer.ok) return;
    for (const example of answer.examples) this.examples.set(example.index, example);
    this.example = this.examples.get(index) ?? this.example;
  }

  private toggle(k: number): void {
    const hidden = new Set(this.hiddenGroups);
    if (!hidden.delete(k)) hidden.add(k);
    this.hiddenGroups = hidden;
  }

  private dataOf(projection: Projection): ScatterData {
    if (this.shown?.projection !== projection || this.shown.ringed !== this.ringed) {
      const ringed = projection.labels.map((label, i) => this.ringed && projection.predicted[i] !== label);
      this.shown = { projection, ringed: this.ringed, data: { x: projection.x, y: projection.y, groups: projection.labels, ringed } };
    }
    return this.shown.data;
  }

  private agreesOf(projection: Projection): boolean[] {
    if (this.agreement?.projection !== projection) this.agreement = { projection, agrees: nearestAgrees(projection.x, projection.y, projection.labels) };
    return this.agreement.agrees;
  }
}
