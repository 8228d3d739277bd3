import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatShare } from "../../../src/common/format.js";
import type { PointDetail, ScatterChart, ScatterData } from "../../charts/scatterChart.js";
import "../../charts/scatterChart.js";
import { css, onThemeChange } from "../../charts/theme.js";
import { button, iconButton } from "../../controls/button.js";
import { checkbox, dropdown, segmented, slider } from "../../controls/choice.js";
import type { Example, Projection, ProjectionMethod } from "../../../src/protocol/evaluation.js";
import { exampleCard } from "./exampleCard.js";
import { nearestAgrees } from "./neighbours.js";
import { type ColourBy, colourings, pointColours, type PointColours } from "./pointColours.js";
import "./selectedExamples.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./projectionTab.css";

const methods = { tsne: "t-SNE", pca: "PCA", umap: "UMAP" } as const;
/** Milliseconds the pointer rests on a point before its example is asked for. */
const rest = 60;
/** Milliseconds of one evaluation while playing, and of the way from one layout to the next. */
const pace = 900;
const way = 450;

/** What the network sees: examples laid out so that those alike to a layer lie together, coloured by class. */
@customElement("descent-projection-tab")
export class ProjectionTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "projection", "selection", "confusion"];
  @state() private position: number | null = null;
  @state() private ringed = true;
  @state() private asTable = false;
  @state() private hiddenGroups: ReadonlySet<number> = new Set();
  @state() private point: PointDetail | null = null;
  @state() private example: Example | null = null;
  private readonly examples = new Map<number, Example>();
  @state() private by: ColourBy = "class";
  @state() private lassoing = false;
  @state() private playing = false;
  /** The layout on the way from one evaluation to the next; null: it has arrived. */
  @state() private moving: { readonly x: Float64Array; readonly y: Float64Array } | null = null;
  private frame = 0;
  private player: ReturnType<typeof setTimeout> | undefined;
  private shown: { projection: Projection; ringed: boolean; moving: unknown; groups: unknown; data: ScatterData } | null = null;
  private coloured: { projection: Projection; by: ColourBy; colours: PointColours } | null = null;
  private standing: { readonly key: readonly unknown[]; readonly set: ReadonlySet<number> | null } | null = null;
  private agreement: { projection: Projection; agrees: boolean[] } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopTheme: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.askForProjections();
    this.stopTheme = onThemeChange(() => {
      this.coloured = null;
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopTheme?.();
    clearTimeout(this.timer);
    this.play(false);
    cancelAnimationFrame(this.frame);
  }

  protected override render() {
    const { store } = this;
    const history = store.layouts;
    const projection = this.current;
    // a log of others has the tensors that its projector names, and no model to ask for more
    const isLog = store.run?.origin !== undefined;
    const layers = isLog ? [] : ["inputs", ...(store.run?.layers.map((layer) => layer.name) ?? [])];
    for (const { of } of [...store.projections.values()].flat()) if (!layers.includes(of)) layers.push(of);
    const layer = store.layer ?? layers[layers.length - 1];
    const offered = projection ? colourings(projection) : [];
    const by = offered.some(({ value }) => value === this.by) ? this.by : offered[0]?.value;
    return html`
      <div class="toolbar">
        ${dropdown(isLog ? "Tensor" : "Layer", layers.map((value) => ({ value, label: value })), layer, (of) => (isLog ? this.look(of) : this.choose(of, store.method)))}
        ${isLog ? nothing : segmented("Method", [{ value: "tsne", label: "t-SNE" }, { value: "umap", label: "UMAP" }, { value: "pca", label: "PCA" }], store.method, (method) => this.choose(layer, method))}
        ${offered.length > 1 ? dropdown("Colour", offered, by, (value) => this.colourBy(value)) : nothing}
        ${!isLog && projection && projection.classes.length > 0 ? checkbox("Ring mistakes", this.ringed, (ringed) => (this.ringed = ringed)) : nothing}
        ${projection && !isLog ? html`
          <button type="button" class="plain-button" aria-pressed=${this.lassoing ? "true" : "false"} title="Draw a line around examples to select them" @click=${() => (this.lassoing = !this.lassoing)}><span class="codicon codicon-edit" aria-hidden="true"></span>Lasso</button>
          ${button({ label: "Select what is in view", title: "Selects the examples that can be seen: zoom in first", press: () => this.select(this.querySelector<ScatterChart>("descent-scatter")?.inView() ?? []) })}
          ${iconButton({ label: this.asTable ? "Show the chart" : "Show as a table by class", icon: this.asTable ? "graph-scatter" : "table", press: () => (this.asTable = !this.asTable) })}` : nothing}
      </div>
      ${history.length > 1 && projection ? html`<div class="toolbar">
        ${iconButton({ label: this.playing ? "Stop playing" : "Play through the evaluations", icon: this.playing ? "debug-pause" : "play", press: () => this.play(!this.playing) })}
        ${slider("Step", history.indexOf(projection), { min: 0, max: history.length - 1, step: 1 }, formatCount(projection.step), (position) => {
          this.play(false);
          this.show(position);
        })}</div>` : nothing}
      ${store.projectionProblem === null ? nothing : html`<p class="tab-note figures-note" role="alert">${store.projectionProblem}</p>`}
      ${projection ? this.picture(projection, by ?? "class") : html`<p class="tab-empty">${this.waiting()}</p>`}
    `;
  }

  private get current(): Projection | undefined {
    const history = this.store.layouts;
    return history[this.position ?? history.length - 1] ?? history[history.length - 1];
  }

  /** Shows another tensor of a log, which is known already. */
  private look(of: string): void {
    this.position = null;
    this.store.showProjection(of);
  }

  private choose(of: string, method: ProjectionMethod): void {
    this.play(false);
    this.position = null;
    this.store.chooseProjection(of, method);
  }

  private colourBy(by: ColourBy): void {
    this.by = by;
    this.hiddenGroups = new Set();
  }

  /** Goes to an evaluation's layout: each point on its way, or at once for those who want less motion. */
  private show(position: number): void {
    const from = this.current;
    const history = this.store.layouts;
    this.position = position === history.length - 1 ? null : position;
    const to = this.current;
    cancelAnimationFrame(this.frame);
    this.moving = null;
    if (!from || !to || from === to || from.x.length !== to.x.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const start = performance.now();
    const move = (now: number) => {
      const t = Math.min(1, (now - start) / way);
      const eased = t * t * (3 - 2 * t);
      const between = (a: readonly number[], b: readonly number[]) => Float64Array.from(a, (value, i) => value + (b[i] - value) * eased);
      this.moving = t < 1 ? { x: between(from.x, to.x), y: between(from.y, to.y) } : null;
      if (t < 1) this.frame = requestAnimationFrame(move);
    };
    this.frame = requestAnimationFrame(move);
  }

  /** From the first evaluation to the last, or onwards from the one shown. */
  private play(on: boolean): void {
    clearTimeout(this.player);
    this.playing = on;
    if (!on) return;
    const last = this.store.layouts.length - 1;
    const at = this.position ?? last;
    const advance = (position: number) => {
      this.show(position);
      if (position >= last) this.playing = false;
      else this.player = setTimeout(() => advance(position + 1), pace);
    };
    advance(at >= last ? 0 : at + 1);
  }

  /** Selects points by their place in the projection shown; all tabs know the selection. */
  private select(points: readonly number[]): void {
    const projection = this.current;
    if (!projection) return;
    this.lassoing = false;
    const cells = new Map<number, number>();
    const n = projection.classes.length;
    for (const i of n > 0 ? points : []) {
      const cell = projection.labels[i] * n + projection.predicted[i];
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    this.store.select({ examples: points.map((i) => projection.examples[i]), cells });
  }

  /** The points that stand out: those selected, or those of the matrix' cell that was chosen. */
  private standsOut(projection: Projection): ReadonlySet<number> | null {
    const { selection, cell } = this.store;
    const key = [projection, selection, cell];
    if (!this.standing || this.standing.key.some((value, i) => value !== key[i])) {
      const selected = new Set(selection?.examples);
      const inCell = (i: number) => projection.labels[i] === cell!.actual && projection.predicted[i] === cell!.predicted;
      const wanted = selection ? (i: number) => selected.has(projection.examples[i]) : cell?.split === "validation" ? inCell : null;
      const found = wanted ? new Set(projection.examples.flatMap((_, i) => (wanted(i) ? [i] : []))) : null;
      this.standing = { key, set: found && found.size > 0 ? found : null };
    }
    return this.standing.set;
  }

  private waiting(): string {
    const state = this.store.run?.state;
    if (this.store.layer && state && ["running", "paused", "preparing"].includes(state)) return `Computing the projection of ${this.store.layer}.`;
    if (state && ["running", "paused", "preparing"].includes(state)) return "The first projection comes after the first evaluation.";
    return this.store.layer ? (this.store.projectionProblem ? "" : `Laying out ${this.store.layer}.`) : "This run kept no projection. Choose a layer or a method, and it is laid out from its checkpoint.";
  }

  private picture(projection: Projection, by: ColourBy) {
    const { colours, names } = this.coloursOf(projection, by);
    const chosen = this.standsOut(projection);
    const agrees = this.agreesOf(projection);
    const share = agrees.filter(Boolean).length / Math.max(1, agrees.length);
    const summary = `${methods[projection.method]} of ${projection.of === "inputs" ? "the inputs" : `layer ${projection.of}`}, ${formatCount(projection.x.length)} examples at step ${formatCount(projection.step)}.${projection.classes.length > 0 ? ` The nearest neighbour is of the same class for ${formatShare(share)}.` : ""}`;
    return html`
      <p class="projection-summary" aria-live="polite">${summary}</p>
      <div class="projection">
        ${this.asTable
          ? this.table(projection, agrees)
          : html`<div class="projection-plot">
              <descent-scatter .data=${this.dataOf(projection, by)} .colours=${colours} .hiddenGroups=${this.hiddenGroups} .label=${summary} .chosen=${chosen} ?lassoing=${this.lassoing} class=${this.lassoing ? "is-lassoing" : ""} @point=${this.onPoint} @lasso=${(event: CustomEvent<number[]>) => this.select(event.detail)}></descent-scatter>
              ${this.pointed(projection)}
            </div>`}
        <div class="projection-legend" role="group" aria-label=${by === "loss" || by === "target" ? "Values shown" : "Classes shown"}>${names.map((name, k) => html`
          <button type="button" class="legend-class" aria-pressed=${this.hiddenGroups.has(k) ? "false" : "true"} title=${name} @click=${() => this.toggle(k)}>
            <svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="4.5" fill=${css(colours[k])}></circle></svg><span>${name}</span></button>`)}
        </div>
      </div>
      ${this.store.selection ? html`<descent-selected-examples .store=${this.store} .selection=${this.store.selection}></descent-selected-examples>`
        : chosen ? html`<p class="tab-note figures-note">The ${formatCount(chosen.size)} examples of the matrix' cell stand out. ${button({ label: "Show all alike", press: () => this.store.chooseCell(null) })}</p>` : nothing}`;
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
    const projection = this.current;
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

  private coloursOf(projection: Projection, by: ColourBy): PointColours {
    if (this.coloured?.projection !== projection || this.coloured.by !== by) this.coloured = { projection, by, colours: pointColours(projection, by) };
    return this.coloured.colours;
  }

  private dataOf(projection: Projection, by: ColourBy): ScatterData {
    const { groups } = this.coloursOf(projection, by);
    const { shown, ringed, moving } = this;
    if (shown?.projection !== projection || shown.ringed !== ringed || shown.moving !== moving || shown.groups !== groups) {
      const rings = projection.labels.map((label, i) => ringed && projection.predicted[i] !== label);
      this.shown = { projection, ringed, moving, groups, data: { x: moving?.x ?? projection.x, y: moving?.y ?? projection.y, groups, ringed: rings } };
    }
    return this.shown!.data;
  }

  private agreesOf(projection: Projection): boolean[] {
    if (this.agreement?.projection !== projection) this.agreement = { projection, agrees: nearestAgrees(projection.x, projection.y, projection.labels) };
    return this.agreement.agrees;
  }
}
