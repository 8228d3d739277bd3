import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { LitElement } from "lit";
import { formatCount, formatShare } from "../../../src/common/format.js";
import type { Example } from "../../../src/protocol/evaluation.js";
import "./examples.css";

/** One example: its image, text or row, what it is and what the model says; of an autoencoder, the example and its reconstruction side by side. */
export function exampleCard(example: Example) {
  const right = example.actual === example.predicted;
  const { content } = example;
  const pair = example.reconstruction ? "is-pair" : "";
  return html`<figure class="example ${right ? "" : "is-wrong"} is-${content.kind} ${pair}">
    ${example.reconstruction ? html`<div class="reconstruction">${contentOf(content, `example ${example.index}`)}${contentOf(example.reconstruction, `example ${example.index}, reconstructed`)}</div>` : contentOf(content, `example ${example.index}, ${example.actual}`)}
    <figcaption>
      ${example.reconstruction ? html`<span class="example-labels">${example.actual}</span>` : html`<span class="example-labels" title=${`actual ${example.actual}, predicted ${example.predicted}`}><b>${example.actual}</b>${right
        ? html` <span class="codicon codicon-check" role="img" aria-label="predicted right"></span>`
        : html` <span class="codicon codicon-arrow-right" role="img" aria-label="predicted as"></span> <b class="is-predicted">${example.predicted}</b>`}</span>`}
      <span class="example-note" title=${`position ${example.index} in the data${example.confidence === null ? "" : `, probability of the prediction ${example.confidence}`}`}>
        ${example.confidence === null ? nothing : html`${formatShare(example.confidence)} · `}#${formatCount(example.index)}</span>
    </figcaption>
  </figure>`;
}

/** Rows and characters that a card shows without scrolling; of more, the keyboard scrolls to the rest. */
const mostRows = 6;
const longText = 120;

function contentOf(content: Example["content"], label: string) {
  switch (content.kind) {
    case "image":
      return html`<descent-pixels .content=${content} .label=${label}></descent-pixels>`;
    case "text":
      return html`<pre class="example-text" title=${content.text} tabindex=${content.text.length > longText ? 0 : nothing}>${content.text}</pre>`;
    case "row":
      return html`<table class="example-row" aria-label=${label} tabindex=${content.columns.length > mostRows ? 0 : nothing}><tbody>${content.columns.map((column, i) => html`<tr><th scope="row" title=${column}>${column}</th><td title=${content.values[i]}>${content.values[i]}</td></tr>`)}</tbody></table>`;
  }
}

type ImageContent = Extract<Example["content"], { kind: "image" }>;

/** An image drawn from its bytes, enlarged without blur. */
@customElement("descent-pixels")
export class Pixels extends LitElement {
  @property({ attribute: false }) content!: ImageContent;
  @property({ attribute: false }) label = "";

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(): void {
    const { width, height, channels, pixels } = this.content;
    const canvas = this.querySelector("canvas")!;
    canvas.width = width;
    canvas.height = height;
    const bytes = Uint8Array.from(atob(pixels), (character) => character.codePointAt(0)!);
    const context = canvas.getContext("2d")!;
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) image.data[i * 4 + c] = bytes[i * channels + (channels === 3 ? c : 0)];
      image.data[i * 4 + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  protected override render() {
    return html`<canvas role="img" aria-label=${this.label}></canvas>`;
  }
}
