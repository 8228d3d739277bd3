import { html, nothing, svg } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../src/common/format.js";
import type { MediaKind, MediaTag, MediaValue, UnshownMedia } from "../../../src/protocol/logMedia.js";
import { equalBins } from "../../charts/equalBins.js";
import { css, theme } from "../../charts/theme.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./mediaTab.css";

const headings: Record<MediaKind, string> = { images: "Images", text: "Text", histograms: "Histograms", pr_curves: "Precision and recall" };
const order: readonly MediaKind[] = ["images", "text", "histograms", "pr_curves"];
/** Tags shown at once; more come when they are asked for. */
const page = 24;

/** What a log of others holds beside scalars: images, texts, histograms and PR curves, each with its steps. */
@customElement("descent-media-tab")
export class MediaTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "media"];
  @state() private search = "";
  @state() private shown = page;

  protected override render() {
    const words = this.search.trim().toLowerCase();
    const found = this.store.media.filter(({ tag }) => tag.toLowerCase().includes(words)).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    if (this.store.media.length === 0) return this.store.unshown.length > 0 ? unshownNote(this.store.unshown) : html`<p class="tab-empty">This log holds scalars alone: no images, texts, histograms or PR curves.</p>`;
    const visible = found.slice(0, this.shown);
    return html`
      <div class="toolbar">
        <label class="field search-field"><span class="codicon codicon-search" aria-hidden="true"></span>
          <input type="search" aria-label="Search by name" placeholder="Search" .value=${this.search} @input=${(event: Event) => {
            this.search = (event.target as HTMLInputElement).value;
            this.shown = page;
          }}></label>
        <span class="toolbar-note">${formatCount(found.length)} of ${formatCount(this.store.media.length)} tags</span>
      </div>
      ${order.map((kind) => {
        const tags = visible.filter((one) => one.kind === kind);
        return tags.length === 0 ? nothing : html`<section aria-label=${headings[kind]}><h2 class="media-heading">${headings[kind]}</h2>
          <div class="media-grid">${tags.map((tag) => html`<descent-media-card .store=${this.store} .of=${tag}></descent-media-card>`)}</div></section>`;
      })}
      ${found.length > this.shown ? html`<div class="charts-more"><button type="button" class="plain-button" @click=${() => (this.shown += page)}>Show ${formatCount(Math.min(page, found.length - this.shown))} more of ${formatCount(found.length)}</button></div>` : nothing}
      ${found.length === 0 ? html`<p class="tab-empty">No tag is named ${this.search.trim()}.</p>` : nothing}
      ${unshownNote(this.store.unshown)}`;
  }
}

/** One tag: its value at a step, the last one first. */
@customElement("descent-media-card")
export class MediaCard extends StoreElement {
  protected readonly topics: readonly Topic[] = [];
  of!: MediaTag;
  @state() private index: number | null = null;
  @state() private value: MediaValue | null = null;
  @state() private error: string | null = null;
  private asked = "";

  static override properties = { of: { attribute: false } };

  private get at(): number {
    return Math.min(this.of.steps.length - 1, this.index ?? Infinity);
  }

  protected override willUpdate(): void {
    const key = `${this.of.tag} ${this.at}`;
    if (key === this.asked) return;
    this.asked = key;
    void this.store.mediaValue(this.of.tag, this.at).then((answer) => {
      if (this.asked !== key) return;
      this.error = answer.ok ? null : answer.message;
      if (answer.ok) this.value = answer.value;
    });
  }

  protected override render() {
    const { tag, steps } = this.of;
    const step = steps[this.at];
    return html`<figure class="media-card">
      <figcaption title=${tag}>${tag}</figcaption>
      <div class="media-value">${this.error === null ? (this.value ? this.picture(this.value) : html`<p class="tab-note">Reading</p>`) : html`<p class="tab-note" role="alert">${this.error}</p>`}</div>
      <label class="media-step">step ${formatCount(step)}${steps.length > 1
        ? html`<input type="range" min="0" max=${steps.length - 1} .value=${String(this.at)} aria-label=${`Step of ${tag}`} aria-valuetext=${`step ${formatCount(step)}`} @input=${(event: Event) => (this.index = Number((event.target as HTMLInputElement).value))}>`
        : nothing}</label>
    </figure>`;
  }

  protected override updated(): void {
    if (this.value?.kind !== "images") return;
    // the page's content policy allows no image addresses: pixels are drawn
    for (const [i, canvas] of this.querySelectorAll<HTMLCanvasElement>("canvas").entries()) {
      const image = this.value.images[i];
      if (image) void drawImage(canvas, image.type, image.bytes).catch(() => (this.error = "This image cannot be decoded."));
    }
  }

  private picture(value: MediaValue) {
    switch (value.kind) {
      case "images": return value.images.map((_, i) => html`<canvas class="media-image" role="img" aria-label=${`${this.of.tag}, image ${i + 1}`}></canvas>`);
      case "text": return value.texts.map((text) => html`<pre class="media-text" tabindex="0">${text}</pre>`);
      case "histograms": return histogram(value);
      case "pr_curves": return curve(value);
    }
  }
}

const unshownNames: Record<UnshownMedia["kind"], string> = { audio: "audio", graphs: "the graph of a model", meshes: "meshes", other: "values of other kinds" };
/** Tags of a kind that are named. */
const namedTags = 6;

/** Says what else the log holds: nothing of it is passed over without a word. */
function unshownNote(unshown: readonly UnshownMedia[]) {
  if (unshown.length === 0) return nothing;
  const words = unshown.map(({ kind, tags }) => `${unshownNames[kind]} (${tags.slice(0, namedTags).join(", ")}${tags.length > namedTags ? ` and ${formatCount(tags.length - namedTags)} more tags` : ""})`);
  return html`<p class="tab-note media-unshown">This log also holds what is not shown here: ${words.join("; ")}. TensorBoard shows it.</p>`;
}

async function drawImage(canvas: HTMLCanvasElement, type: string, bytes: Uint8Array): Promise<void> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type }));
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  // small pictures are enlarged by whole pixels
  const factor = Math.max(1, Math.min(16, Math.floor(240 / bitmap.width), Math.floor(160 / bitmap.height)));
  canvas.style.width = `${bitmap.width * factor}px`;
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
  bitmap.close();
}

const box = { width: 300, height: 140, bottom: 120 };

function histogram(value: Extract<MediaValue, { kind: "histograms" }>) {
  const { left, right, counts } = equalBins(value);
  const [from, to] = [Math.min(...left), Math.max(...right)];
  const most = Math.max(...counts, 1e-300);
  const x = (value: number) => (to > from ? ((value - from) / (to - from)) * box.width : box.width / 2);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const words = `${formatCount(total)} values from ${formatValue(from)} to ${formatValue(to)}`;
  return html`<svg class="media-plot" viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${words}>
    ${Array.from(counts, (count, i) => {
      const height = (count / most) * (box.bottom - 6);
      const width = Math.max(1, x(right[i]) - x(left[i]) - 0.5);
      return svg`<rect x=${x(left[i])} y=${box.bottom - height} width=${width} height=${height} fill=${css(theme().run)}><title>${formatValue(left[i])} to ${formatValue(right[i])}: ${formatValue(count)}</title></rect>`;
    })}
    <text x="0" y=${box.height - 4} fill=${css(theme().muted)}>${formatValue(from)}</text><text x=${box.width} y=${box.height - 4} text-anchor="end" fill=${css(theme().muted)}>${formatValue(to)}</text>
  </svg><p class="tab-note">${words}</p>`;
}

function curve({ recall, precision }: Extract<MediaValue, { kind: "pr_curves" }>) {
  const points = Array.from(recall, (r, i) => [r * box.width, box.bottom - precision[i] * (box.bottom - 6)]).filter(([px, py]) => Number.isFinite(px) && Number.isFinite(py));
  return html`<svg class="media-plot" viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label="Precision over recall">
    <line x1="0" x2=${box.width} y1=${box.bottom} y2=${box.bottom} stroke=${css(theme().grid)}></line><line x1="0" x2="0" y1="6" y2=${box.bottom} stroke=${css(theme().grid)}></line>
    ${svg`<polyline points=${points.map((point) => point.join(",")).join(" ")} fill="none" stroke=${css(theme().run)} stroke-width="1.75"></polyline>`}
    <text x="4" y="16" fill=${css(theme().muted)}>precision</text><text x=${box.width} y=${box.height - 4} text-anchor="end" fill=${css(theme().muted)}>recall</text>
  </svg>`;
}
