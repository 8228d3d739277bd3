import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../../src/common/format.js";
import type { CursorGroup } from "../../charts/cursorGroup.js";
import type { HorizontalAxis } from "../../charts/horizontalAxis.js";
import { type ChartLine, LineChart } from "../../charts/lineChart.js";
import type { MenuEntry } from "../../controls/menu.js";
import "../../controls/menu.js";
import type { ChartLayout } from "../../../src/protocol/panel.js";
import type { RunStore } from "./store.js";

/** A chart of the Curves tab, before the user has arranged anything. */
export interface ChartOfTab {
  /** By which the layout knows it. */
  readonly id: string;
  readonly heading: string;
  readonly lines: readonly ChartLine[];
  /** Tags of its curves, for a table of all their points. */
  readonly tags: readonly string[];
  readonly main: boolean;
  /** Whether its value axis is logarithmic where the user said nothing. */
  readonly log: boolean;
  readonly better: "lower" | "higher" | null;
  readonly announce: boolean;
  readonly waiting: string;
}

/** What all charts of the tab share. */
export interface TabAxes {
  readonly axis: HorizontalAxis;
  readonly begin: number;
  readonly end: number;
  readonly group: CursorGroup;
}

/** A chart with its menu: pinned, hidden, renamed, moved, saved, linked to. */
@customElement("descent-chart-card")
export class ChartCard extends LitElement {
  @property({ attribute: false }) store!: RunStore;
  @property({ attribute: false }) of!: ChartOfTab;
  @property({ attribute: false }) axes!: TabAxes;
  /** Further controls in the chart's head. */
  @property({ attribute: false }) action: unknown = nothing;
  /** Ids of the charts shown, in their order. */
  @property({ attribute: false }) order: readonly string[] = [];
  @state() private renaming = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get chart(): LineChart | null {
    return this.querySelector<LineChart>("descent-line-chart");
  }

  private get layout(): ChartLayout {
    return this.store.layout.charts;
  }

  private get heading(): string {
    return this.layout.names[this.of.id] ?? this.of.heading;
  }

  private get isLog(): boolean {
    return this.layout.log[this.of.id] ?? this.of.log;
  }

  protected override render() {
    const { of, axes, store } = this;
    return html`
      <descent-line-chart .heading=${this.heading} .lines=${of.lines} .group=${axes.group} ?log=${this.isLog} .smoothing=${store.layout.smoothing} ?clip=${store.layout.clip}
        .axis=${axes.axis} .begin=${axes.begin} .end=${axes.end} .better=${of.better} ?announce=${of.announce} .waiting=${of.waiting} ?movable=${true}></descent-line-chart>
      <div class="chart-action">${this.action}<descent-menu .label=${`${this.heading}: chart menu`} .entries=${() => this.entries()}></descent-menu></div>
      ${this.renaming
        ? html`<form class="rate-form" @submit=${this.rename} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.endRename()}>
            <label>Name <input class="is-wide" name="name" type="text" maxlength="200" autocomplete="off" .value=${this.heading} placeholder=${of.heading}></label>
            <button class="plain-button" type="submit">Rename</button>
            <button class="plain-button" type="button" @click=${() => this.endRename()}>Cancel</button>
          </form>`
        : nothing}
    `;
  }

  private entries(): MenuEntry[] {
    const { of, order, layout } = this;
    const { id } = of;
    const pinned = layout.pinned.includes(id);
    const place = order.indexOf(id);
    const step = this.linkedStep();
    return [
      { label: pinned ? "Unpin" : "Pin to the top", icon: pinned ? "pinned" : "pin", press: () => this.arrange({ pinned: pinned ? layout.pinned.filter((one) => one !== id) : [...layout.pinned, id] }) },
      ...(place > 0 ? [{ label: "Move forward", icon: "arrow-left", press: () => this.move(place - 1) }] : []),
      ...(place < order.length - 1 ? [{ label: "Move back", icon: "arrow-right", press: () => this.move(place + 1) }] : []),
      { label: "Rename...", icon: "edit", press: () => void this.beginRename() },
      { label: this.isLog ? "Linear value axis" : "Logarithmic value axis", icon: "graph-line", press: () => this.arrange({ log: { ...layout.log, [id]: !this.isLog } }) },
      { label: "Hide", icon: "eye-closed", press: () => this.arrange({ hidden: [...layout.hidden, id] }) },
      { label: "Save as PNG...", icon: "file-media", press: () => void this.savePng() },
      { label: "Save as SVG...", icon: "file-code", press: () => this.chart && this.store.send({ message: "save-picture", name: this.heading, kind: "svg", data: this.chart.toSvg() }) },
      { label: "Save points as CSV...", icon: "table", press: () => this.store.send({ message: "save-csv", name: this.heading, tags: [...of.tags] }) },
      ...(step === null ? [] : [{ label: `Copy link to step ${formatCount(step)}`, icon: "link", press: () => this.store.send({ message: "copy-link", step }) }]),
    ];
  }

  /** The step pointed at last, else the last step. */
  private linkedStep(): number | null {
    return this.chart?.markedStep ?? this.of.lines.reduce<number | null>((last, { series }) => Math.max(last ?? 0, series.facts.last?.step ?? 0) || last, null);
  }

  private arrange(change: Partial<ChartLayout>): void {
    this.store.arrange({ charts: { ...this.layout, ...change } });
  }

  /** Puts the chart at a place among those shown. */
  private move(to: number): void {
    const order = this.order.filter((id) => id !== this.of.id);
    order.splice(to, 0, this.of.id);
    this.arrange({ order });
  }

  private async beginRename(): Promise<void> {
    this.renaming = true;
    await this.updateComplete;
    this.querySelector<HTMLInputElement>(".rate-form input")?.select();
  }

  private endRename(): void {
    this.renaming = false;
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("descent-menu .icon-button")?.focus());
  }

  private readonly rename = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = this.querySelector<HTMLInputElement>(".rate-form input")!.value.trim();
    const { [this.of.id]: _, ...names } = this.layout.names;
    this.arrange({ names: name === "" || name === this.of.heading ? names : { ...names, [this.of.id]: name } });
    this.endRename();
  };

  private async savePng(): Promise<void> {
    const { chart } = this;
    if (chart) this.store.send({ message: "save-picture", name: this.heading, kind: "png", data: await chart.toPng() });
  }
}
