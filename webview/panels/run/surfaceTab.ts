import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatShare, formatValue } from "../../../src/common/format.js";
import type { LossSurface, SurfaceDirections, SurfaceWish } from "../../../src/protocol/surface.js";
import "../../charts/contourPlot.js";
import type { SurfaceElement } from "../../charts/surfaceElement.js";
import { extremes, suitsLog, type SurfaceGrid, valueAt } from "../../charts/surfaceGrid.js";
import "../../charts/surfacePlot.js";
import { button, iconButton } from "../../controls/button.js";
import { checkbox, dropdown, segmented } from "../../controls/choice.js";
import type { Topic } from "./store.js";
import { isLive } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./surfaceTab.css";

const reaches = ["0.1", "0.25", "0.5", "1", "2", "5"];
const firstWish: SurfaceWish = { directions: "random", seed: 0, reach: 1, points: 33, split: "train" };
/** Rows and columns of the table view. */
const tableSide = 9;

/** The loss around the run's weights, or along the path that they took, on demand: as a contour and as a surface. */
@customElement("descent-surface-tab")
export class SurfaceTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "surface"];
  @state() private wish: SurfaceWish = firstWish;
  @state() private view: "contour" | "surface" = "contour";
  @state() private asTable = false;
  /** Whether heights are logarithmic, where the user said so. */
  @state() private log: boolean | null = null;
  /** The surface of the list that is looked at; null: the last. */
  @state() private chosen: LossSurface | null = null;
  private drawn: { readonly surface: LossSurface; readonly grid: SurfaceGrid } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.store.run?.origin === undefined) this.store.askForSurfaces();
  }

  protected override render() {
    const { store } = this;
    if (store.run?.origin !== undefined) return html`<p class="tab-empty">A log holds curves, and no weights: the loss around them, filters and activation images are there for runs that Descent trained.</p>`;
    const kept = store.surfaces ?? [];
    if (this.chosen && !kept.includes(this.chosen)) this.chosen = null;
    const surface = store.surfaceWork ? store.surfaceWork.grid : (this.chosen ?? kept.at(-1) ?? null);
    return html`
      ${this.settings()}
      ${store.surfaceProblem === null ? nothing : html`<p class="tab-note figures-note" role="alert">${store.surfaceProblem}</p>`}
      ${store.surfaceWork ? this.progress() : nothing}
      ${surface ? this.picture(surface, kept) : this.empty()}
    `;
  }

  /** What to compute, and the button that does. */
  private settings() {
    const { wish, store } = this;
    const isRandom = wish.directions === "random";
    const change = (part: Partial<SurfaceWish>) => (this.wish = { ...wish, ...part });
    return html`<div class="toolbar surface-settings">
      ${segmented("Directions", [{ value: "random", label: "Random" }, { value: "path", label: "Path of training" }], wish.directions, (directions: SurfaceDirections) => change({ directions }))}
      ${isRandom ? html`
        <label class="field" title="Another number gives other directions"><span class="field-label">Seed</span>
          <input class="number-field" type="number" min="0" max="1000000" step="1" .value=${String(wish.seed)} @change=${(event: Event) => change({ seed: wholeNumber(event.target as HTMLInputElement, wish.seed) })}></label>
        ${dropdown("Reach", reaches.map((value) => ({ value, label: value })), String(wish.reach), (value) => change({ reach: Number(value) }))}` : nothing}
      ${dropdown("Grid", (["17", "33", "65"] as const).map((value) => ({ value, label: `${value} × ${value}` })), String(wish.points) as "17" | "33" | "65", (value) => change({ points: Number(value) as SurfaceWish["points"] }))}
      ${dropdown("Loss of", [{ value: "train", label: "training data" }, { value: "validation", label: "validation data" }], wish.split, (split) => change({ split }))}
      ${store.surfaceWork
        ? button({ label: "Cancel", icon: "close", press: () => store.cancelSurface() })
        : button({ label: "Compute", icon: "play", primary: true, title: "Computes the loss at every place of the grid, in a process of its own", press: () => this.compute() })}
    </div>`;
  }

  private compute(): void {
    this.chosen = null;
    this.log = null;
    const { directions } = this.wish;
    this.store.computeSurface(directions === "path" ? { ...this.wish, reach: 1, seed: 0 } : this.wish);
  }

  private progress() {
    const { text, fraction } = this.store.surfaceWork!;
    const share = fraction ?? 0;
    return html`<div class="surface-progress">
      <progress aria-label="Computing the loss surface" max="1" .value=${share}></progress>
      <span class="tab-note">${fraction === null ? "" : `${Math.floor(share * 100)} %, `}${text}</span>
    </div>`;
  }

  private empty() {
    const { run, surfaceWork, surfaceProblem } = this.store;
    if (surfaceWork) return html`<p class="tab-empty" aria-live="polite">The first, coarse picture comes in a moment.</p>`;
    if (surfaceProblem !== null) return nothing;
    if (!run || run.state === "preparing") return html`<p class="tab-empty">The loss surface can be computed as soon as the run has weights.</p>`;
    const live = isLive(run.state);
    return html`<p class="tab-empty">How does the loss lie around the weights of this run? Choose Compute: along two random directions, each filter's change as large as the filter itself,
      or along the path that training took.${live ? " Training goes on meanwhile; the weights are those of the last checkpoint." : ""}</p>`;
  }

  private picture(surface: LossSurface, kept: readonly LossSurface[]) {
    const grid = this.gridOf(surface);
    const canLog = suitsLog(grid);
    const log = this.log ?? canLog;
    const path = surface.path && { x: surface.path.x, y: surface.path.y, labels: surface.path.steps.map((step) => `step ${formatCount(step)}`) };
    const labels = surface.path
      ? { x: `first direction, ${formatShare(surface.path.variance[0])} of the path's variance`, y: `second, ${formatShare(surface.path.variance[1])}`, value: "loss" }
      : { x: "first random direction", y: "second random direction", value: "loss" };
    const words = this.summary(surface, grid);
    const heading = surface.path ? "Loss along the path of training" : "Loss around the weights";
    const holes = surface.losses.filter((loss) => typeof loss === "string").length;
    return html`
      <div class="toolbar">
        ${kept.length > 1 && !this.store.surfaceWork ? dropdown("Shown", kept.map((one, i) => ({ value: String(i), label: nameOf(one) })).toReversed(), String(kept.indexOf(surface)), (value) => {
          this.chosen = kept[Number(value)];
          this.log = null;
        }) : nothing}
        <span class="surface-views">${segmented("View", [{ value: "contour", label: "Contour" }, { value: "surface", label: "Surface" }], this.view, (view) => (this.view = view))}</span>
        ${checkbox("Logarithmic", log, (checked) => (this.log = checked))}
        ${iconButton({ label: this.asTable ? "Show the pictures" : "Show as a table", icon: this.asTable ? "graph-scatter" : "table", press: () => (this.asTable = !this.asTable) })}
        ${this.asTable ? nothing : html`<button type="button" class="plain-button" @click=${() => void this.save()}><span class="codicon codicon-save" aria-hidden="true"></span>Save PNG</button>`}
      </div>
      <p class="surface-summary" aria-live="polite">${words}${holes > 0 ? ` At ${formatCount(holes)} of ${formatCount(surface.losses.length)} places the loss is not finite: they are hatched, or holes.` : ""}</p>
      ${this.asTable ? table(grid, heading) : html`<div class="surface-pictures">
        <descent-contour-plot class=${this.view === "contour" ? "" : "is-second"} .heading=${heading} .grid=${grid} .path=${path} .labels=${labels} ?log=${log} .label=${words}></descent-contour-plot>
        <descent-surface-plot class=${this.view === "surface" ? "" : "is-second"} .heading=${`${heading}, in space`} .grid=${grid} .path=${path} .labels=${{ ...labels, x: surface.path ? "first" : "first direction", y: surface.path ? "second" : "second direction" }} ?log=${log} .label=${words}></descent-surface-plot>
      </div>`}
      <p class="tab-note surface-note">${surface.path
        ? "Each point of the path is a checkpoint's weights, laid into the plane of their two principal directions; axes are distances between weights. The coloured dot is where the weights are."
        : "At 1, each filter and each unit's weights have changed by as much as their own length (Li et al. 2018); biases and normalisation stay. The coloured dot is where the weights are."}
        Losses are means over ${formatCount(surface.examples)} ${surface.split === "train" ? "training" : "validation"} examples, in inference mode, without penalties.</p>`;
  }

  private summary(surface: LossSurface, grid: SurfaceGrid): string {
    const found = extremes(grid);
    if (!found) return "No loss of this surface is finite.";
    const { low, high } = found;
    const of = `The loss is ${typeof surface.centre === "number" ? formatValue(surface.centre) : "not finite"} at the weights of step ${formatCount(surface.step)}`;
    const lowest = typeof surface.centre === "number" && low.value >= surface.centre ? ", the lowest here" : `, and lowest, ${formatValue(low.value)}, at ${formatValue(low.x)}, ${formatValue(low.y)}`;
    const doubled = surface.path || typeof surface.centre !== "number" ? null : distanceTo(grid, 2 * surface.centre);
    const flat = doubled === null ? "" : ` It has doubled at a distance of ${formatValue(doubled)}, on average over all ways out.`;
    const beside = surface.path ? ` The path's two directions hold ${formatShare(surface.path.variance[0] + surface.path.variance[1])} of how the weights moved.` : "";
    return `${of}${lowest}; the highest is ${formatValue(high.value)}.${flat}${beside}`;
  }

  private gridOf(surface: LossSurface): SurfaceGrid {
    if (this.drawn?.surface !== surface) this.drawn = { surface, grid: { x: surface.x, y: surface.y, values: Float64Array.from(surface.losses, Number) } };
    return this.drawn.grid;
  }

  /** The picture that is looked at; side by side, both have their own. */
  private async save(): Promise<void> {
    const pictures = [...this.querySelectorAll<SurfaceElement>("descent-contour-plot, descent-surface-plot")].filter((one) => one.clientWidth > 0);
    for (const picture of pictures) this.store.send({ message: "save-picture", name: picture.heading, kind: "png", data: await picture.toPng() });
  }
}

function nameOf({ directions, step, seed, reach, points, split }: LossSurface): string {
  const of = directions === "path" ? "path" : `random, seed ${seed}, reach ${formatValue(reach)}`;
  return `step ${formatCount(step)}, ${of}, ${points} × ${points}${split === "train" ? "" : ", validation"}`;
}

function wholeNumber(input: HTMLInputElement, before: number): number {
  const value = Math.round(Number(input.value));
  const valid = input.value.trim() !== "" && value >= 0 && value <= 1_000_000 ? value : before;
  input.value = String(valid);
  return valid;
}

/** How far from (0, 0) a value is reached first, the mean over 64 ways out; null where not all of them reach it. */
function distanceTo(grid: SurfaceGrid, value: number): number | null {
  const ways = 64;
  const rim = grid.x[grid.x.length - 1];
  let sum = 0;
  for (let way = 0; way < ways; way++) {
    const [dx, dy] = [Math.cos((2 * Math.PI * way) / ways), Math.sin((2 * Math.PI * way) / ways)];
    let at = 0;
    while (at <= rim && !(valueAt(grid, at * dx, at * dy) >= value)) at += rim / 200;
    if (at > rim) return null;
    sum += at;
  }
  return sum / ways;
}

/** The losses at every few places. */
function table(grid: SurfaceGrid, caption: string) {
  const stride = (grid.x.length - 1) / (tableSide - 1);
  const places = Array.from({ length: tableSide }, (_, i) => i * stride);
  return html`<div class="chart-table surface-table" tabindex="0" role="region" aria-label=${`${caption}, table`}><table>
    <thead><tr><td></td>${places.map((column) => html`<th scope="col">${formatValue(grid.x[column])}</th>`)}</tr></thead>
    <tbody>${places.toReversed().map((row) => html`<tr><th scope="row">${formatValue(grid.y[row])}</th>${places.map((column) => html`<td>${formatValue(grid.values[row * grid.x.length + column])}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}
