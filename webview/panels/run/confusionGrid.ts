import { html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { css, mix, onThemeChange, type Rgba, textOn, theme } from "../../charts/theme.js";
import { type MatrixPicture, shadeColour } from "./matrixPicture.js";
import "./confusionGrid.css";

/**
 * A confusion matrix of few classes, rows actual, columns predicted, on one scale of colour. Each cell is a button: a click fires `cell` with
 * the two classes' positions; the arrow keys move (WAI-ARIA grid).
 */
@customElement("descent-confusion-grid")
export class ConfusionGrid extends LitElement {
  @property({ attribute: false }) picture!: MatrixPicture;
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
    const { picture } = this;
    const { confusion: { classes }, order, selected } = picture;
    return html`<div class="confusion">
      <span class="confusion-axis is-columns" aria-hidden="true">predicted</span>
      <span class="confusion-axis is-rows" aria-hidden="true">actual</span>
      <table role="grid" aria-label="Confusion matrix, rows actual, columns predicted" @keydown=${this.onKey}>
        <thead><tr role="row"><td></td>${order.map((k) => html`<th scope="col" role="columnheader" title=${classes[k]}><span>${classes[k]}</span></th>`)}</tr></thead>
        <tbody>${order.map((actual, row) => html`<tr role="row"><th scope="row" role="rowheader" title=${classes[actual]}><span>${classes[actual]}</span></th>
          ${order.map((predicted, column) => {
            const cell = { actual, predicted };
            const shade = picture.shade(cell);
            const fill = shadeColour(shade);
            const words = picture.words(cell);
            const chosen = this.chosen?.actual === actual && this.chosen.predicted === predicted;
            const picked = selected.has(actual * classes.length + predicted);
            return html`<td role="gridcell" aria-selected=${chosen ? "true" : "false"} aria-label=${words} title=${words} data-row=${row} data-column=${column}
              class="${row === column ? "is-hit" : ""} ${chosen ? "is-chosen" : ""} ${shade === 0 ? "is-zero" : ""} ${picked ? "is-picked" : ""}"
              tabindex=${row === this.focused.row && column === this.focused.column ? 0 : -1}
              .fill=${fill} .ink=${shade === 0 ? mix(theme().background, theme().foreground, 0.72) : textOn(fill)} @click=${() => this.choose(row, column)}>${picture.text(cell)}</td>`;
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
    this.dispatchEvent(new CustomEvent("cell", { detail: { actual: this.picture.order[row], predicted: this.picture.order[column] } }));
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = this.picture.order.length - 1;
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
