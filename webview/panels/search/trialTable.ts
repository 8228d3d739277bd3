import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatDuration, formatSetting, formatValue } from "../../../src/common/format.js";
import type { SearchManifest } from "../../../src/protocol/search.js";
import type { TrialRow } from "../../../src/protocol/searchPanel.js";
import { roveRows } from "./roveRows.js";

/** Height of a row in CSS pixels; the style sheet has the same. */
const rowHeight = 26;
/** Rows drawn beyond what is seen, above and below. */
const spare = 8;

interface Column {
  readonly id: string;
  readonly title: string;
  readonly number: boolean;
  readonly value: (row: TrialRow) => number | string | null;
  readonly text: (row: TrialRow) => string;
}

/** The trials as a table, sorted by the column that was pressed; only the rows in sight exist, so thousands scroll smoothly. Fires `pick` with a trial. */
@customElement("descent-trial-table")
export class TrialTable extends LitElement {
  @property({ attribute: false }) trials: readonly TrialRow[] = [];
  @property({ attribute: false }) manifest!: SearchManifest;
  @property({ attribute: false }) shares: ReadonlyMap<number, number> = new Map();
  @property({ attribute: false }) queued: ReadonlyMap<number, string> = new Map();
  @property({ attribute: false }) chosen: number | null = null;
  @state() private sort: { readonly id: string; readonly descending: boolean } = { id: "value", descending: false };
  @state() private top = 0;
  @state() private height = 400;
  private readonly resize = new ResizeObserver(() => (this.height = this.querySelector(".trials-scroll")?.clientHeight ?? 400));

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resize.disconnect();
  }

  private get columns(): Column[] {
    const { metric, dimensions } = this.manifest;
    return [
      { id: "trial", title: "Trial", number: true, value: ({ trial }) => trial, text: ({ trial }) => String(trial) },
      { id: "state", title: "State", number: false, value: ({ state: word }) => word, text: (row) => this.stateText(row) },
      { id: "value", title: metric, number: true, value: ({ best }) => best?.value ?? null, text: ({ best }) => (best === null ? "" : formatValue(best.value, 4)) },
      { id: "epochs", title: "Epochs", number: true, value: ({ epochs }) => epochs[epochs.length - 1] ?? 0, text: ({ epochs }) => formatValue(epochs[epochs.length - 1] ?? 0) },
      { id: "time", title: "Time", number: true, value: ({ seconds }) => seconds, text: ({ seconds }) => (seconds > 0 ? formatDuration(seconds) : "") },
      ...dimensions.map(({ path, range }): Column => ({
        id: `setting ${path}`, title: path, number: range.kind !== "choice", value: ({ settings }) => settings[path] ?? null,
        text: ({ settings }) => (settings[path] === undefined ? "" : typeof settings[path] === "number" ? formatSetting(settings[path]) : settings[path]),
      })),
    ];
  }

  private stateText({ trial, state: word, stopReason, confirms, seed }: TrialRow): string {
    const queued = word === "running" ? this.queued.get(trial) : undefined;
    if (queued !== undefined) return `queued, ${queued}`;
    const share = this.shares.get(trial);
    const why = word === "stopped" && stopReason !== null ? ` (${stopReason})` : word === "running" && share !== undefined ? ` ${Math.floor(100 * share)} %` : "";
    return `${word}${why}${confirms === null ? "" : `, trial ${confirms} from seed ${seed}`}`;
  }

  private sorted(columns: readonly Column[]): TrialRow[] {
    const column = columns.find(({ id }) => id === this.sort.id) ?? columns[0];
    // the best come first, whichever way the metric goes
    const turn = (column.id === "value" && !this.manifest.lowerIsBetter ? -1 : 1) * (this.sort.descending ? -1 : 1);
    const isNone = (value: number | string | null): boolean => value === null || (typeof value === "number" && Number.isNaN(value));
    return [...this.trials].sort((a, b) => {
      const [x, y] = [column.value(a), column.value(b)];
      if (isNone(x) || isNone(y)) return Number(isNone(x)) - Number(isNone(y)) || a.trial - b.trial;
      return turn * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true })) || a.trial - b.trial;
    });
  }

  private press(id: string): void {
    this.sort = { id, descending: this.sort.id === id && !this.sort.descending };
  }

  private pick(trial: number): void {
    this.dispatchEvent(new CustomEvent("pick", { detail: trial, bubbles: true }));
  }

  protected override render() {
    const { columns } = this;
    const rows = this.sorted(columns);
    const from = Math.max(0, Math.floor(this.top / rowHeight) - spare);
    const to = Math.min(rows.length, Math.ceil((this.top + this.height) / rowHeight) + spare);
    const onKey = (event: KeyboardEvent) => {
      const next = roveRows(event, rows, this.chosen);
      if (next === null) return;
      this.pick(next.trial);
      this.show(rows.indexOf(next));
    };
    return html`<div class="trials-scroll" tabindex="0" role="region" aria-label="Trials" @scroll=${(event: Event) => (this.top = (event.currentTarget as HTMLElement).scrollTop)} @keydown=${onKey}>
      <table class="trials" aria-rowcount=${rows.length + 1}>
        <thead><tr>${columns.map((column) => html`<th scope="col" class=${column.number ? "is-number" : ""} aria-sort=${column.id === this.sort.id ? (this.sort.descending ? "descending" : "ascending") : nothing}>
          <button type="button" class="sort" title=${`Sort by ${column.title}`} @click=${() => this.press(column.id)}>${column.title}${column.id === this.sort.id ? html`<span class="codicon codicon-chevron-${this.sort.descending ? "down" : "up"}" aria-hidden="true"></span>` : nothing}</button></th>`)}</tr></thead>
        <tbody>
          ${from > 0 ? html`<tr class="trials-gap" aria-hidden="true"><td colspan=${columns.length} height=${from * rowHeight}></td></tr>` : nothing}
          ${repeat(rows.slice(from, to), ({ trial }) => trial, (row, i) => html`<tr aria-rowindex=${from + i + 2} class="is-${row.state} ${row.trial === this.chosen ? "is-chosen" : ""}" aria-selected=${row.trial === this.chosen ? "true" : "false"} @click=${() => this.pick(row.trial)}>
            ${columns.map((column) => html`<td class=${column.number ? "is-number" : ""} title=${column.text(row)}>${column.text(row)}</td>`)}</tr>`)}
          ${to < rows.length ? html`<tr class="trials-gap" aria-hidden="true"><td colspan=${columns.length} height=${(rows.length - to) * rowHeight}></td></tr>` : nothing}
        </tbody>
      </table></div>`;
  }

  /** Brings a row into sight. */
  private show(index: number): void {
    const scroll = this.querySelector<HTMLElement>(".trials-scroll");
    if (scroll === null) return;
    const [top, bottom] = [index * rowHeight, (index + 2) * rowHeight];
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (bottom > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = bottom - scroll.clientHeight;
  }
}
