import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatShare } from "../../../src/common/format.js";
import { shareColour } from "../../charts/palette.js";
import { css, mix, onThemeChange, type Rgba, textOn, theme } from "../../charts/theme.js";
import type { ConfusionMatrix } from "../../../src/protocol/evaluation.js";
import "./confusionGrid.css";

/** Above this many classes a cell has no room for its count; pointer and title tell it. */
const labelled = 24;

/**
 * A confusion matrix, rows actual, columns predicted, on one scale of colour. Each cell is a button: a click fires `cell` with the two classes'
 * positions; the arrow keys move (WAI-ARIA grid).
 */
@customElement("descent-confusion-grid")
export class ConfusionGrid extends LitElement {
  @property({ attribute: false }) matrix!: ConfusionMatrix;
  /** Shares of the row instead of counts. */
  @property({ type: Boolean }) normalised = false;
  @property({ attribute: false }) chosen: { actual: number; predicted: number } | null = null;
  @state() private focused = { row: 0, column: 0 };
  private stop: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = onThemeChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  protected override render() {
    const { classes, counts } = this.matrix;
    const n = classes.length;
    const sums = classes.map((_, row) => counts.slice(row * n, row * n + n).reduce((sum, count) => sum + count, 0));
    const most = Math.max(1, ...counts);
    const share = (row: number, column: number) => (this.normalised ? counts[row * n + column] / Math.max(1, sums[row]) : counts[row * n + column] / most);
    return html`<div class="confusion ${n > labelled ? "is-dense" : ""}">
      <span class="confusion-axis is-columns" aria-hidden="true">predicted</span>
      <span class="confusion-axis is-rows" aria-hidden="true">actual</span>
      <table role="grid" aria-label="Confusion matrix, rows actual, columns predicted" @keydown=${this.onKey}>
        <thead><tr role="row"><td></td>${classes.map((name) => html`<th scope="col" role="columnheader" title=${name}><span>${name}</span></th>`)}</tr></thead>
        <tbody>${classes.map((actual, row) => html`<tr role="row"><th scope="row" role="rowheader" title=${actual}><span>${actual}</span></th>
          ${classes.map((predicted, column) => {
            const count = counts[row * n + column];
            // the root spreads the few mistakes beside the many hits
            const fill = shareColour(Math.sqrt(share(row, column)), theme());
            const text = this.normalised ? (count === 0 ? "0" : formatShare(count / sums[row]).replace(" ", "\u202f")) : formatCount(count);
            const words = `actual ${actual}, predicted ${predicted}: ${formatCount(count)} of ${formatCount(sums[row])}${sums[row] > 0 ? `, ${formatShare(count / sums[row])}` : ""}`;
            const chosen = this.chosen?.actual === row && this.chosen.predicted === column;
            return html`<td role="gridcell" aria-selected=${chosen ? "true" : "false"} aria-label=${words} title=${words} data-row=${row} data-column=${column}
              class="${row === column ? "is-hit" : ""} ${chosen ? "is-chosen" : ""} ${count === 0 ? "is-zero" : ""}"
              tabindex=${row === this.focused.row && column === this.focused.column ? 0 : -1}
              .fill=${fill} .ink=${count === 0 ? mix(theme().background, theme().foreground, 0.72) : textOn(fill)} @click=${() => this.choose(row, column)}>${n > labelled ? nothing : text}</td>`;
          })}</tr>`)}</tbody>
      </table>
    </div>`;
  }

  protected override updated(): void {
    // colours are set through the style object: the page's content policy allows no style attributes
    for (const cell of this.querySelectorAll<HTMLElement & { fill: Rgba; ink: Rgba }>("td[role=gridcell]")) {
      cell.style.backgroundColor = css(cell.fill);
      cell.style.color = css(cell.ink);
    }
  }

  private choose(row: number, column: number): void {
    this.focused = { row, column };
    this.dispatchEvent(new CustomEvent("cell", { detail: { actual: row, predicted: column } }));
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = this.matrix.classes.length - 1;
    const { row, column } = this.focused;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, last],
    };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(row, column);
      return;
    }
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const [r, c] = move.map((i) => Math.min(last, Math.max(0, i)));
    this.focused = { row: r, column: c };
    this.querySelector<HTMLElement>(`[data-row="${r}"][data-column="${c}"]`)?.focus();
  };
}
