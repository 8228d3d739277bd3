import { html, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { DrawnElement } from "../../charts/drawnElement.js";
import { redraws } from "../../charts/redraw.js";
import { css, type Rgba, textOn, theme } from "../../charts/theme.js";
import { type CellPlace, type MatrixPicture, shadeColour } from "./matrixPicture.js";
import "./matrixCanvas.css";

/** CSS pixels for the classes' names. */
const margin = 84;
/** The least size of a cell in CSS pixels at which names and texts are legible. */
const named = 11;
const texted = 30;
const closest = 48;

/**
 * A confusion matrix of up to a thousand classes, drawn on a canvas: the wheel zooms at the pointer, dragging moves, a double click shows all;
 * arrow keys move a cursor from cell to cell, Enter chooses, + and - zoom, 0 shows all. A click or Enter fires `cell` with the two classes' positions.
 * Where a cell is less than a pixel, the strongest shade of those that share one stands for them, so that no lone mistake is lost.
 */
@customElement("descent-matrix-canvas")
export class MatrixCanvas extends DrawnElement {
  @property({ attribute: false }) picture!: MatrixPicture;
  @property({ attribute: false }) chosen: CellPlace | null = null;
  /** The cell under the pointer or the keyboard's cursor, by its place in the order shown. */
  @state() private cursor: { row: number; column: number } | null = null;
  /** The first row and column shown, and CSS pixels a cell; null: all. */
  private view: { row: number; column: number; size: number } | null = null;
  private dragged: { x: number; y: number; moved: boolean } | null = null;
  private image: ImageData | undefined;
  private readonly layer = document.createElement("canvas");

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("picture") && changed.get("picture")!.order.length !== this.picture.order.length) this.view = null;
    super.updated(changed);
  }

  /** Brings the row and column of a class near, with its name legible, and puts the cursor on its hits. */
  find(name: string): boolean {
    const { order, confusion: { classes } } = this.picture;
    const wanted = name.trim().toLowerCase();
    const at = order.findIndex((k) => classes[k].toLowerCase() === wanted);
    const place = at >= 0 ? at : order.findIndex((k) => classes[k].toLowerCase().includes(wanted));
    if (wanted === "" || place < 0) return false;
    this.cursor = { row: place, column: place };
    this.look(place, place, 18);
    return true;
  }

  private get side(): number {
    const canvas = this.querySelector("canvas");
    return canvas ? Math.max(1, Math.min(canvas.clientWidth, canvas.clientHeight) - margin - 2) : 1;
  }

  private get frame(): { row: number; column: number; size: number } {
    return this.view ?? { row: 0, column: 0, size: this.side / this.picture.order.length };
  }

  private look(row: number, column: number, size: number): void {
    const shown = this.side / size;
    this.setView({ row: row - shown / 2, column: column - shown / 2, size });
  }

  private setView(view: { row: number; column: number; size: number }): void {
    const n = this.picture.order.length;
    const size = Math.min(closest, view.size);
    const last = n - this.side / size;
    this.view = last <= 0 ? null : { size, row: Math.min(last, Math.max(0, view.row)), column: Math.min(last, Math.max(0, view.column)) };
    redraws.soon(this);
  }

  draw(): void {
    const canvas = this.querySelector("canvas");
    if (!canvas || canvas.clientWidth === 0) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    const context = canvas.getContext("2d")!;
    this.drawCells(context, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawNames(context);
    this.drawTexts(context);
    for (const [place, colour] of [[this.placeOf(this.chosen), theme().focus], [this.cursor, theme().foreground]] as const) if (place) this.outline(context, place, colour);
  }

  private placeOf(cell: CellPlace | null): { row: number; column: number } | null {
    if (!cell) return null;
    const [row, column] = [this.picture.order.indexOf(cell.actual), this.picture.order.indexOf(cell.predicted)];
    return row < 0 || column < 0 ? null : { row, column };
  }

  /** Shades, pixel by pixel. */
  private drawCells(context: CanvasRenderingContext2D, ratio: number): void {
    const { picture, side } = this;
    const { order } = picture;
    const { row: top, column: left, size } = this.frame;
    const pixels = Math.max(1, Math.round(side * ratio));
    const layer = this.layer.getContext("2d")!;
    if (this.image?.width !== pixels) {
      this.layer.width = this.layer.height = pixels;
      this.image = layer.createImageData(pixels, pixels);
    }
    const bytes = new Uint32Array(this.image.data.buffer);
    bytes.fill(packed(shadeColour(0)));
    const strongest = new Float32Array(pixels * pixels);
    const scale = size * ratio;
    const gap = scale > 6 ? 1 : 0;
    const colours = new Map<number, number>();
    const [firstRow, firstColumn] = [Math.floor(top), Math.floor(left)];
    const rows = Math.min(order.length, Math.ceil(top + side / size));
    const columns = Math.min(order.length, Math.ceil(left + side / size));
    for (let row = firstRow; row < rows; row++) {
      const y0 = Math.max(0, Math.round((row - top) * scale));
      const y1 = Math.min(pixels, Math.max(y0 + 1, Math.round((row + 1 - top) * scale) - gap));
      for (let column = firstColumn; column < columns; column++) {
        const shade = picture.shade({ actual: order[row], predicted: order[column] });
        if (shade === 0) continue;
        const key = Math.round(shade * 255);
        let colour = colours.get(key);
        if (colour === undefined) colours.set(key, (colour = packed(shadeColour(shade))));
        const x0 = Math.max(0, Math.round((column - left) * scale));
        const x1 = Math.min(pixels, Math.max(x0 + 1, Math.round((column + 1 - left) * scale) - gap));
        for (let y = y0; y < y1; y++) {
          for (let x = x0; x < x1; x++) {
            const at = y * pixels + x;
            if (Math.abs(shade) < strongest[at]) continue;
            strongest[at] = Math.abs(shade);
            bytes[at] = colour;
          }
        }
      }
    }
    layer.putImageData(this.image, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.layer, Math.round(margin * ratio), Math.round(margin * ratio));
  }

  private drawNames(context: CanvasRenderingContext2D): void {
    const { order, confusion: { classes } } = this.picture;
    const { row: top, column: left, size } = this.frame;
    const { muted, foreground, font } = theme();
    context.font = `11px ${font}`;
    context.textBaseline = "middle";
    const write = (place: number, from: number, isRow: boolean) => {
      const middle = margin + (place + 0.5 - from) * size;
      if (middle < margin + 4 || middle > margin + this.side) return;
      const own = isRow ? this.cursor?.row === place : this.cursor?.column === place;
      context.fillStyle = css(own ? foreground : muted);
      context.save();
      if (isRow) context.translate(margin - 5, middle);
      else {
        context.translate(middle, margin - 5);
        context.rotate(-Math.PI / 2);
      }
      context.textAlign = isRow ? "right" : "left";
      context.fillText(shortened(context, classes[order[place]], margin - 10), 0, 0);
      context.restore();
    };
    if (size >= named) {
      for (let place = Math.floor(top); place < Math.min(order.length, Math.ceil(top + this.side / size)); place++) write(place, top, true);
      for (let place = Math.floor(left); place < Math.min(order.length, Math.ceil(left + this.side / size)); place++) write(place, left, false);
    } else {
      if (this.cursor) {
        write(this.cursor.row, top, true);
        write(this.cursor.column, left, false);
      }
      context.fillStyle = css(muted);
      context.textAlign = "left";
      context.fillText("actual ↓  predicted →", 2, 10);
    }
  }

  private drawTexts(context: CanvasRenderingContext2D): void {
    const { picture, side } = this;
    const { order } = picture;
    const { row: top, column: left, size } = this.frame;
    if (size < texted) return;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `11px ${theme().font}`;
    for (let row = Math.floor(top); row < Math.min(order.length, Math.ceil(top + side / size)); row++) {
      for (let column = Math.floor(left); column < Math.min(order.length, Math.ceil(left + side / size)); column++) {
        const cell = { actual: order[row], predicted: order[column] };
        const shade = picture.shade(cell);
        const [x, y] = [margin + (column + 0.5 - left) * size, margin + (row + 0.5 - top) * size];
        if (shade === 0 || x < margin + 10 || y < margin + 6 || x > margin + side || y > margin + side) continue;
        context.fillStyle = css(textOn(shadeColour(shade)));
        context.fillText(picture.text(cell), x, y);
      }
    }
  }

  private outline(context: CanvasRenderingContext2D, { row, column }: { row: number; column: number }, colour: Rgba): void {
    const { row: top, column: left, size } = this.frame;
    const [x, y] = [margin + (column - left) * size, margin + (row - top) * size];
    if (x < margin - size || y < margin - size || x > margin + this.side || y > margin + this.side) return;
    context.strokeStyle = css(colour);
    context.lineWidth = 1.5;
    context.strokeRect(x - 1, y - 1, Math.max(3, size) + 1, Math.max(3, size) + 1);
  }

  private cellAt(event: MouseEvent): { row: number; column: number } | null {
    const { row, column, size } = this.frame;
    const [x, y] = [event.offsetX - margin, event.offsetY - margin];
    if (x < 0 || y < 0 || x >= this.side || y >= this.side) return null;
    const n = this.picture.order.length;
    return { row: Math.min(n - 1, Math.floor(row + y / size)), column: Math.min(n - 1, Math.floor(column + x / size)) };
  }

  private choose(place: { row: number; column: number }): void {
    const { order } = this.picture;
    this.dispatchEvent(new CustomEvent<CellPlace>("cell", { detail: { actual: order[place.row], predicted: order[place.column] } }));
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.dragged = { x: event.offsetX, y: event.offsetY, moved: false };
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.dragged) {
      const [dx, dy] = [event.offsetX - this.dragged.x, event.offsetY - this.dragged.y];
      if (!this.dragged.moved && Math.hypot(dx, dy) < 4) return;
      const { row, column, size } = this.frame;
      this.setView({ row: row - dy / size, column: column - dx / size, size });
      this.dragged = { x: event.offsetX, y: event.offsetY, moved: true };
      return;
    }
    this.cursor = this.cellAt(event);
  };

  private readonly onUp = (event: PointerEvent): void => {
    const place = this.dragged?.moved ? null : this.cellAt(event);
    this.dragged = null;
    if (place) this.choose(place);
  };

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { row, column, size } = this.frame;
    const next = Math.min(closest, Math.max(this.side / this.picture.order.length, size * Math.exp(-event.deltaY / 400)));
    const [x, y] = [event.offsetX - margin, event.offsetY - margin];
    this.setView({ row: row + y / size - y / next, column: column + x / size - x / next, size: next });
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = this.picture.order.length - 1;
    const { row, column } = this.cursor ?? { row: 0, column: 0 };
    const step = event.shiftKey ? 10 : 1;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - step, column], ArrowDown: [row + step, column], ArrowLeft: [row, column - step], ArrowRight: [row, column + step], Home: [row, 0], End: [row, last],
    };
    if (event.key === "Enter" || event.key === " ") this.choose({ row, column });
    else if (event.key === "+" || event.key === "=") this.look(row, column, this.frame.size * 1.5);
    else if (event.key === "-") this.look(row, column, this.frame.size / 1.5);
    else if (event.key === "0" || event.key === "Escape") this.showAll();
    else if (moves[event.key]) {
      const [r, c] = moves[event.key].map((i) => Math.min(last, Math.max(0, i)));
      this.cursor = { row: r, column: c };
      const { row: top, column: left, size } = this.frame;
      const shown = this.side / size;
      if (r < top || c < left || r + 1 > top + shown || c + 1 > left + shown) this.look(r, c, size);
    } else return;
    event.preventDefault();
  };

  private readonly showAll = (): void => {
    this.view = null;
    redraws.soon(this);
  };

  protected override render() {
    const { order, confusion: { classes } } = this.picture;
    const words = this.cursor ? this.picture.words({ actual: order[this.cursor.row], predicted: order[this.cursor.column] }) : `${classes.length} classes. Zoom with the wheel or plus and minus; move with the arrow keys.`;
    return html`<div class="matrix-canvas" tabindex="0" role="group" aria-roledescription="confusion matrix" aria-label="Confusion matrix, rows actual, columns predicted"
        @keydown=${this.onKey} @focusin=${() => (this.cursor ??= { row: 0, column: 0 })}>
        <canvas aria-hidden="true" @pointerdown=${this.onDown} @pointermove=${this.onMove} @pointerup=${this.onUp} @wheel=${this.onWheel} @dblclick=${this.showAll}></canvas>
      </div>
      <p class="matrix-words" aria-live="polite">${words}</p>`;
  }
}

/** The colour as one number of an image's pixels, in the machine's order of bytes (little end first, as wherever a browser runs). */
function packed([red, green, blue]: Rgba): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}
