import { html, nothing, svg } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../src/common/format.js";
import { type ChartLine, type LineChart } from "../../charts/lineChart.js";
import { coloursInOrder } from "../../charts/palette.js";
import type { Curve } from "../../charts/curve.js";
import "../../charts/sparkline.js";
import type { Sparkline } from "../../charts/sparkline.js";
import { css, theme } from "../../charts/theme.js";
import { segmented } from "../../controls/choice.js";
import { endOfAxis, layerOrder } from "./curvesTab.js";
import "./layerDetail.js";
import { severityIcon, titleOfFinding } from "./findings.js";
import type { PanelFinding } from "../../../src/protocol/panel.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** Figures a layer that the panel draws: tag prefix, heading, what it tells, whether its axis is logarithmic. */
const figures = [
  { prefix: "train/gradient_norm/", heading: "Gradient norm", note: "L2 norm of the loss's gradient in the layer's weights", log: true },
  { prefix: "train/update_ratio/", heading: "Update ratio", note: "size of a step's change against the size of the weights; about 1e-3 is usual", log: true },
  { prefix: "train/zero_fraction/", heading: "Zeros", note: "share of the layer's outputs that are zero: near 1, its units are dead", log: false },
  { prefix: "train/saturated_fraction/", heading: "Saturated", note: "share of the layer's outputs at the flat ends of its activation, where no gradient passes", log: false },
] as const;
type Prefix = (typeof figures)[number]["prefix"];

/** A row a layer: its size and how its gradients and updates run; the large chart shows all layers, the chosen one brought out. */
@customElement("descent-layers-tab")
export class LayersTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "findings", "layout"];
  @state() private chosen: string | null = null;
  @state() private figure: Prefix = "train/gradient_norm/";
  private readonly lines = new Map<Prefix, readonly ChartLine[]>();
  private shownAt = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.chosen = this.store.lookedAt;
  }

  protected override seriesGrew(): void {
    for (const chart of this.querySelectorAll<LineChart>("descent-line-chart")) chart.dataChanged();
    for (const spark of this.querySelectorAll<Sparkline>("descent-sparkline")) spark.dataChanged();
    // figures that change 30 times a second cannot be read
    if (Date.now() - this.shownAt > 250) this.requestUpdate();
  }

  protected override render() {
    this.shownAt = Date.now();
    // another run is shown: nothing of it is looked at yet
    if (this.store.lookedAt === null) this.chosen = null;
    const { run } = this.store;
    const layers = run?.layers ?? [];
    if (layers.length === 0) return html`<p class="tab-empty">The layers appear when the model is built.</p>`;
    const end = endOfAxis(this.store);
    // shares are measured of the layers that have such activations: a model without any gets no columns of dashes
    const measured = figures.filter(({ prefix, log }) => log || layerOrder(this.store, prefix).length > 0);
    const drawn = layerOrder(this.store, this.figure);
    const colours = coloursInOrder(drawn.length, theme());
    return html`
      <div class="layers-table" role="region" aria-label="Layers" tabindex="0">
        <table>
          <thead><tr><th scope="col">Layer</th><th scope="col" class="is-shape">Output</th><th scope="col" class="is-number">Parameters</th>
            ${measured.map(({ heading, note }) => html`<th scope="col" class="is-spark" title=${note}>${heading}</th>`)}</tr></thead>
          <tbody>${layers.map((layer) => {
            const finding = this.findingOf(layer.path);
            const colour = colours[drawn.indexOf(layer.name)];
            const key = html`<svg class="layer-key" width="12" height="8" aria-hidden="true">${colour ? svg`<line x1="0" y1="4" x2="12" y2="4" stroke=${css(colour)} stroke-width="3"></line>` : nothing}</svg>`;
            return html`<tr class="${layer.name === this.chosen ? "is-chosen" : ""} ${layer.parameters === 0 ? "is-plain" : ""}" @click=${() => this.choose(layer.name)}>
              <th scope="row">${key}<button type="button" class="layer-name" aria-pressed=${layer.name === this.chosen ? "true" : "false"} title=${`${layer.name} (${layer.path}): how its values lay through time; of a convolution, filters and activation images`}
                @click=${(event: Event) => { event.stopPropagation(); this.choose(layer.name); }}>${finding ? severityIcon(finding.severity, titleOfFinding(finding)) : nothing}${layer.name}</button>
                ${layer.kind === layer.name ? nothing : html`<span class="layer-kind">${layer.kind}</span>`}</th>
              <td class="is-shape">${layer.outputShape.map(formatCount).join(" × ")}</td>
              <td class="is-number">${layer.parameters > 0 ? formatCount(layer.parameters) : "–"}</td>
              ${measured.map(({ prefix }) => html`<td class="is-spark">${this.spark(this.store.series.get(prefix + layer.name), end)}</td>`)}
            </tr>`;
          })}</tbody>
        </table>
      </div>
      ${this.chosen === null ? this.curves(end, measured) : html`<descent-layer-detail .store=${this.store} @closed=${() => this.choose(this.chosen!)}></descent-layer-detail>`}
    `;
  }

  /** The large charts of all layers. */
  private curves(end: number, measured: readonly (typeof figures)[number][]) {
    // where there is room a second one stands beside the chosen
    const beside = measured.find(({ prefix }) => prefix !== this.figure);
    return html`
      <div class="toolbar layers-choice">
        ${segmented("Figure", measured.map(({ prefix, heading }) => ({ value: prefix, label: heading })), this.figure, (figure) => (this.figure = figure))}
        <span class="toolbar-note">${figures.find(({ prefix }) => prefix === this.figure)!.note}</span>
      </div>
      <div class="layers-charts">
        ${measured.filter((one) => one.prefix === this.figure || one === beside).map(({ prefix, heading, log }) => html`<div class="chart-card is-large ${prefix === this.figure ? "" : "is-second"}">
          <descent-line-chart .heading=${`${heading} by layer`} .lines=${this.linesOf(prefix)} .group=${this.store.cursor} ?log=${log}
            .end=${end} .highlighted=${this.chosen} .named=${0} .waiting=${"No statistics yet: they come at the steps of diagnostics.every_steps"}></descent-line-chart>
        </div>`)}
      </div>
    `;
  }

  private choose(name: string): void {
    this.chosen = this.chosen === name ? null : name;
    this.store.lookAt(this.chosen);
  }

  private spark(series: Curve | undefined, end: number) {
    const last = series?.facts.last;
    if (!series || !last) return html`<span class="spark"></span>`;
    return html`<span class="spark"><span class="spark-line"><descent-sparkline .series=${series} .end=${end}></descent-sparkline></span>
      <span class="spark-value ${Number.isFinite(last.value) ? "" : "is-error"}">${formatValue(last.value)}</span></span>`;
  }

  /** The worst open finding about a layer: its path starts with the layer's. */
  private findingOf(path: string): PanelFinding | undefined {
    const about = this.store.findings.filter((finding) => finding.state !== "closed" && (finding.path === path || finding.path.startsWith(`${path}.`)));
    return about.find((finding) => finding.severity === "error") ?? about.find((finding) => finding.severity === "warning") ?? about[0];
  }

  private linesOf(prefix: Prefix): readonly ChartLine[] {
    const names = layerOrder(this.store, prefix);
    const known = this.lines.get(prefix);
    if (known?.length === names.length && known.every((line, i) => line.id === names[i] && line.series === this.store.series.get(prefix + names[i]))) return known;
    const lines = names.map((name, i) => ({
      id: name, label: name, series: this.store.seriesOf(prefix + name), colour: () => coloursInOrder(names.length, theme())[i], dashed: false, smooth: false, main: false,
    }));
    this.lines.set(prefix, lines);
    return lines;
  }
}
