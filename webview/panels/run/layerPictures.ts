import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../src/common/format.js";
import type { Example } from "../../../src/protocol/evaluation.js";
import type { InspectedLayer, Inspection, LayerPictures as Page } from "../../../src/protocol/inspection.js";
import { pictureOf } from "../../charts/picture.js";
import { boundsOf, colourPixels, floatsOf, pictureSize, pixelsOf, planeColumns, scaleColours, scaleOf, type TensorPicture, type ValueScale } from "../../charts/tensorPicture.js";
import { css, onThemeChange, theme } from "../../charts/theme.js";
import { button, iconButton } from "../../controls/button.js";
import { checkbox, segmented, slider } from "../../controls/choice.js";
import { roveFocus } from "../../controls/roving.js";
import { exampleCard } from "./exampleCard.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./layerPictures.css";

type Outline = Extract<Inspection, { of: "outline" }>;

/** Pictures of a page, and examples offered at once. */
const perPage = 64;
const perList = 12;
/** Milliseconds between two looks for new checkpoints of a live run. */
const lookEvery = 2000;

/** The filters of the layer that is looked at, or what it makes of an example: a picture each, on one scale or each on its own, at any step whose weights are kept. */
@customElement("descent-layer-pictures")
export class LayerPictures extends StoreElement {
  protected readonly topics: readonly Topic[] = ["histograms", "run"];
  @property({ attribute: false }) of: "filters" | "activations" = "filters";
  /** Controls of the layer that stand before its own. */
  @property({ attribute: false }) views: unknown = nothing;
  @state() private outline: Outline | null = null;
  /** Why the run, its examples or its pictures cannot be shown. */
  @state() private problems: { readonly outline: string | null; readonly examples: string | null; readonly pictures: string | null } = { outline: null, examples: null, pictures: null };
  @state() private page: Page | null = null;
  @state() private pictures: readonly TensorPicture[] = [];
  /** The step chosen; null: the last one known. */
  @state() private step: number | null = null;
  @state() private offset = 0;
  @state() private scale: "shared" | "own" = "shared";
  @state() private chosen = 0;
  @state() private words = "";
  @state() private examples: readonly Example[] = [];
  @state() private total = 0;
  @state() private listFrom = 0;
  @state() private mistakes = false;
  @state() private example: Example | null = null;
  /** The checkpoint up to which steps are known, and whether they are being asked for. */
  private outlineOf = "";
  private looking = false;
  private asked = "";
  private listed = "";
  private stopTheme: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopTheme = onThemeChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopTheme?.();
  }

  /** Asks for what is to be shown and not known yet. */
  protected override willUpdate(changed: Map<string, unknown>): void {
    const { run, lookedAt } = this.store;
    if (changed.has("of")) [this.offset, this.chosen, this.page, this.pictures, this.asked] = [0, 0, null, [], ""];
    // a new checkpoint is a new step to choose
    const state = `${run?.id} ${run?.checkpoint?.step}`;
    if (state !== this.outlineOf && !this.looking) {
      this.outlineOf = state;
      void this.askOutline();
    }
    if (!this.outline || lookedAt === null) return;
    const list = `${run?.id} ${this.mistakes} ${this.listFrom}`;
    if (this.of === "activations" && list !== this.listed) {
      this.listed = list;
      void this.askExamples();
    }
    const { step } = this;
    const example = this.of === "activations" ? this.example?.index : -1;
    const key = `${run?.id} ${this.of} ${lookedAt} ${step === null ? this.lastStep : step} ${example} ${this.offset}`;
    if (key === this.asked || example === undefined || this.lastStep === undefined || !this.layer) return;
    this.asked = key;
    void this.askPictures(key, lookedAt, step ?? this.lastStep, example);
  }

  private get problem(): string | null {
    const { outline, examples, pictures } = this.problems;
    return outline ?? (this.of === "activations" ? examples : null) ?? pictures;
  }

  private get lastStep(): number | undefined {
    return this.outline?.steps.at(-1);
  }

  /** The layer that is looked at, where it has pictures of this kind. */
  private get layer(): InspectedLayer | undefined {
    const layer = this.outline?.layers.find(({ name }) => name === this.store.lookedAt);
    return (this.of === "filters" ? layer?.filters : layer?.maps) ? layer : undefined;
  }

  private async askOutline(): Promise<void> {
    this.looking = true;
    const answer = await this.store.inspect({ ask: "outline" });
    this.problems = { ...this.problems, outline: answer.ok ? null : answer.message };
    if (answer.ok) this.outline = answer.value;
    // what failed before may be there now
    if (this.problems.examples !== null) this.listed = "";
    if (this.problems.pictures !== null) this.asked = "";
    setTimeout(() => {
      this.looking = false;
      this.requestUpdate();
    }, lookEvery);
  }

  private async askExamples(): Promise<void> {
    const { listed } = this;
    const split = this.outline!.splits[0]?.split ?? "train";
    const answer = await this.store.inspect({ ask: "examples", split, mistakes: this.mistakes, offset: this.listFrom, limit: perList });
    if (listed !== this.listed) return;
    this.problems = { ...this.problems, examples: answer.ok ? null : answer.message };
    if (!answer.ok) return;
    [this.examples, this.total] = [answer.value.examples, answer.value.total];
    this.example ??= this.examples[0] ?? null;
  }

  private async askPictures(key: string, layer: string, step: number, example: number): Promise<void> {
    const about = { layer, step, offset: this.offset, limit: perPage };
    const answer = this.of === "filters" ? await this.store.inspect({ ask: "filters", ...about }) : await this.store.inspect({ ask: "activations", example, ...about });
    // of a live run the last checkpoint may have made room for another meanwhile: what is shown stays until the next look
    const passedBy = !answer.ok && this.step === null && this.page !== null;
    if (key !== this.asked || passedBy) return;
    this.problems = { ...this.problems, pictures: answer.ok ? null : answer.message };
    if (!answer.ok) return;
    const page: Page = answer.value;
    const values = floatsOf(page.values);
    const each = page.planes * page.height * page.width;
    this.page = page;
    this.pictures = Array.from({ length: page.count }, (_, i) => ({ values: values.subarray(i * each, (i + 1) * each), planes: page.planes, height: page.height, width: page.width }));
    this.chosen = Math.min(this.chosen, Math.max(0, page.count - 1));
    this.words = "";
  }

  private get isColour(): boolean {
    return this.of === "filters" && this.layer?.filters?.colour === true;
  }

  private get count(): number {
    return (this.of === "filters" ? this.layer?.filters : this.layer?.maps)?.count ?? 0;
  }

  private get noun(): string {
    return this.of === "filters" ? "filter" : "channel";
  }

  protected override render() {
    const { outline, page } = this;
    const steps = outline?.steps ?? [];
    const step = this.step ?? this.lastStep ?? 0;
    return html`
      <div class="toolbar">
        <b>${this.store.lookedAt}</b>
        ${this.views}
        ${page ? segmented("Scale", [{ value: "shared", label: "Shared scale" }, { value: "own", label: "Own scale" }], this.scale, (scale) => (this.scale = scale)) : nothing}
        ${steps.length > 1 ? slider("Step", Math.max(0, steps.indexOf(step)), { min: 0, max: steps.length - 1, step: 1 }, formatCount(step), (at) => (this.step = at === steps.length - 1 ? null : steps[at])) : nothing}
        ${page && page.count > 0 ? html`<button type="button" class="plain-button" @click=${() => void this.save()}><span class="codicon codicon-save" aria-hidden="true"></span>Save PNG</button>` : nothing}
        ${iconButton({ label: "Back to the curves of all layers", icon: "close", press: () => this.dispatchEvent(new CustomEvent("closed")) })}
      </div>
      ${this.problem === null ? nothing : html`<p class="tab-note figures-note" role="alert">${this.problem}</p>`}
      ${this.body()}
    `;
  }

  private body() {
    const { outline, page } = this;
    if (!outline) return this.problem === null ? html`<p class="tab-empty" aria-live="polite">Reading the run and its weights.</p>` : nothing;
    if (!this.layer) return html`<p class="tab-empty">${this.store.lookedAt} has no ${this.of === "filters" ? "filters" : "pictures of its outputs"}.</p>`;
    return html`
      ${this.of === "activations" ? this.examplePicker() : nothing}
      ${page ? html`
        ${this.legend(page)}
        <div class="tensor-pictures" role="group" aria-label=${`${this.of === "filters" ? "Filters" : "Channels"} of ${page.layer}`} @keydown=${this.onKey}>
          ${this.pictures.map((_, i) => this.card(page, i))}
        </div>
        ${this.pager(page)}`
      : this.problem === null ? html`<p class="tab-empty" aria-live="polite">${this.of === "activations" && !this.example ? "Reading the examples." : "Reading."}</p>` : nothing}`;
  }

  /** The examples to choose from. */
  private examplePicker() {
    const { total, listFrom } = this;
    const classes = this.store.run?.classes !== null;
    const to = Math.min(total, listFrom + perList);
    return html`<section class="picture-examples" aria-label="Examples to choose from">
      <div class="toolbar">
        <span class="toolbar-note">${total === 0 ? (this.mistakes ? "No mistakes among the examples" : "Examples") : html`${this.outline!.splits[0]?.split === "validation" ? "Validation examples" : "Examples"} <b>${formatCount(listFrom + 1)}</b> to <b>${formatCount(to)}</b> of ${formatCount(total)}`}</span>
        ${classes ? checkbox("Mistakes alone", this.mistakes, (mistakes) => {
          this.mistakes = mistakes;
          this.listFrom = 0;
        }) : nothing}
        ${iconButton({ label: "Examples before these", icon: "chevron-left", disabled: listFrom === 0, press: () => (this.listFrom = Math.max(0, listFrom - perList)) })}
        ${iconButton({ label: "Further examples", icon: "chevron-right", disabled: to >= total, press: () => (this.listFrom = to) })}
      </div>
      <div class="picture-example-list">${this.examples.map((example) => html`<button type="button" class="example-choice" aria-pressed=${example.index === this.example?.index ? "true" : "false"} @click=${() => (this.example = example)}>${exampleCard(example)}</button>`)}</div>
    </section>`;
  }

  /** The scale of all pictures, or that each has its own; beside it the value that is pointed at. */
  private legend(page: Page) {
    const shared = this.scaleFor(page);
    const own = this.scale === "own";
    const { broken } = boundsOf(Float32Array.from(this.pictures.flatMap(({ values }) => [...values])));
    return html`<div class="picture-legend">
      ${own ? html`<span class="tab-note">Each picture on its own scale, its ends below it</span>` : html`
        <span>${formatValue(this.isColour ? page.min : shared.min)}</span>
        ${this.isColour ? html`<span class="tab-note">red, green and blue from the least to the largest weight</span>` : html`<canvas class="picture-scale" width="128" height="1" role="img" aria-label=${`Scale from ${formatValue(shared.min)} to ${formatValue(shared.max)}${shared.signed ? ", 0 in the middle" : ""}`}></canvas>`}
        <span>${formatValue(this.isColour ? page.max : shared.max)}</span>`}
      ${broken > 0 ? html`<span class="tab-note">${formatCount(broken)} values are not finite: they have the colour of errors.</span>` : nothing}
      <span class="picture-words" aria-live="polite">${this.words}</span>
    </div>`;
  }

  private scaleFor({ min, max }: Pick<Page, "min" | "max">): ValueScale {
    return scaleOf(min, max);
  }

  private card(page: Page, i: number) {
    const picture = this.pictures[i];
    const { min, max } = boundsOf(picture.values);
    const size = this.isColour ? picture : pictureSize(picture, planeColumns(picture));
    const enlarged = Math.max(1, Math.min(12, Math.floor((picture.planes > 1 && !this.isColour ? 150 : 96) / Math.max(size.width, size.height))));
    const number = page.offset + i;
    const name = `${this.noun} ${number}`;
    const words = `${name}: from ${formatValue(min)} to ${formatValue(max)}`;
    return html`<button type="button" class="tensor-picture" tabindex=${i === this.chosen ? 0 : -1} aria-label=${words} title=${words} @focus=${() => this.choose(i, words)} @click=${() => this.choose(i, words)}
        @pointermove=${(event: PointerEvent) => this.onMove(event, i)} @pointerleave=${() => (this.words = "")}>
      <canvas width=${size.width} height=${size.height} data-width=${size.width * enlarged} data-height=${size.height * enlarged} aria-hidden="true"></canvas>
      <span class="tensor-caption">${number}${this.scale === "own" ? html` <span class="tab-note">${formatValue(min, 2)} to ${formatValue(max, 2)}</span>` : nothing}</span>
    </button>`;
  }

  private pager(page: Page) {
    const { count } = this;
    if (count <= page.count) return nothing;
    const to = page.offset + page.count;
    return html`<div class="toolbar">
      <span class="toolbar-note">${this.of === "filters" ? "Filters" : "Channels"} <b>${formatCount(page.offset)}</b> to <b>${formatCount(to - 1)}</b> of ${formatCount(count)}</span>
      ${button({ label: "Before", icon: "chevron-left", disabled: page.offset === 0, press: () => (this.offset = Math.max(0, page.offset - Math.max(1, page.count))) })}
      ${button({ label: "Further", icon: "chevron-right", disabled: to >= count, press: () => (this.offset = to) })}
    </div>`;
  }

  private choose(i: number, words: string): void {
    this.chosen = i;
    this.words = words;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    roveFocus(event, [...this.querySelectorAll<HTMLElement>(".tensor-picture")]);
  };

  /** Says the value under the pointer. */
  private onMove(event: PointerEvent, i: number): void {
    const canvas = (event.currentTarget as HTMLElement).querySelector("canvas")!;
    const box = canvas.getBoundingClientRect();
    const picture = this.pictures[i];
    const [x, y] = [Math.floor(((event.clientX - box.left) / box.width) * canvas.width), Math.floor(((event.clientY - box.top) / box.height) * canvas.height)];
    const columns = this.isColour ? 1 : planeColumns(picture);
    const [planeColumn, planeRow] = this.isColour ? [0, 0] : [Math.floor(x / (picture.width + 1)), Math.floor(y / (picture.height + 1))];
    const [column, row] = [x - planeColumn * (picture.width + 1), y - planeRow * (picture.height + 1)];
    const plane = planeRow * columns + planeColumn;
    if (x < 0 || y < 0 || column >= picture.width || row >= picture.height || plane >= picture.planes) return void (this.words = "");
    const at = (p: number) => formatValue(picture.values[(p * picture.height + row) * picture.width + column]);
    const value = this.isColour ? `red ${at(0)}, green ${at(1)}, blue ${at(2)}` : at(plane);
    this.words = `${this.noun} ${this.page!.offset + i}${picture.planes > 1 && !this.isColour ? `, input ${plane}` : ""}, row ${row}, column ${column}: ${value}`;
  }

  protected override updated(): void {
    const { page } = this;
    if (!page) return;
    for (const [i, canvas] of this.querySelectorAll<HTMLCanvasElement>(".tensor-picture canvas").entries()) {
      const picture = this.pictures[i];
      if (!picture) continue;
      // the page's content policy takes no style attributes; what a script sets it does take
      canvas.style.width = `${canvas.dataset.width}px`;
      canvas.style.height = `${canvas.dataset.height}px`;
      canvas.getContext("2d")!.putImageData(this.pixels(picture, page), 0, 0);
    }
    const bar = this.querySelector<HTMLCanvasElement>(".picture-scale");
    const shared = this.scaleFor(page);
    if (bar) scaleColours(shared, bar.width).forEach((colour, x) => {
      const context = bar.getContext("2d")!;
      context.fillStyle = css(colour);
      context.fillRect(x, 0, 1, 1);
    });
  }

  private pixels(picture: TensorPicture, page: Page): ImageData {
    const { min, max } = this.scale === "own" ? boundsOf(picture.values) : page;
    return this.isColour ? colourPixels(picture, min, max) : pixelsOf(picture, this.scaleFor({ min, max }));
  }

  /** The pictures of the page side by side, as they are shown, with the scale's ends in the heading. */
  private async save(): Promise<void> {
    const page = this.page!;
    const drawn = [...this.querySelectorAll<HTMLCanvasElement>(".tensor-picture canvas")];
    const ratio = window.devicePixelRatio || 1;
    const cell = { width: Math.max(...drawn.map((one) => one.clientWidth)) + 10, height: Math.max(...drawn.map((one) => one.clientHeight)) + 24 };
    const columns = Math.max(1, Math.min(drawn.length, Math.floor(900 / cell.width)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(Math.max(columns * cell.width, 420) * ratio);
    canvas.height = Math.round(Math.ceil(drawn.length / columns) * cell.height * ratio);
    const context = canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    context.fillStyle = css(theme().background);
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = false;
    context.font = `11px ${theme().font}`;
    for (const [i, one] of drawn.entries()) {
      const [left, top] = [(i % columns) * cell.width + 5, Math.floor(i / columns) * cell.height + 5];
      context.drawImage(one, left, top, one.clientWidth, one.clientHeight);
      context.fillStyle = css(theme().muted);
      context.fillText(String(page.offset + i), left, top + one.clientHeight + 13);
    }
    const shared = this.scaleFor(page);
    const ends = this.scale === "own" ? "each on its own scale" : `from ${formatValue(this.isColour ? page.min : shared.min)} to ${formatValue(this.isColour ? page.max : shared.max)}`;
    const name = `${page.layer} ${this.of} at step ${page.step}`;
    const data = await pictureOf(`${name}, ${ends}`, canvas, [], theme());
    this.store.send({ message: "save-picture", name, kind: "png", data });
  }
}
