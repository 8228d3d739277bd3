import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../../src/common/format.js";
import { button } from "../../controls/button.js";
import type { Example } from "../../../src/protocol/evaluation.js";
import { exampleCard } from "./exampleCard.js";
import type { Cell, Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

const pageSize = 24;

/** The examples of one cell of a confusion matrix, most confident first, a page at a time. */
@customElement("descent-cell-examples")
export class CellExamples extends StoreElement {
  protected readonly topics: readonly Topic[] = [];
  @property({ attribute: false }) cell: Cell | null = null;
  /** The step of the matrix: a newer evaluation asks anew. */
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) names: { actual: string; predicted: string } = { actual: "", predicted: "" };
  /** In the place of the names, where the examples are of no cell. */
  @property({ attribute: false }) heading: string | null = null;
  @property({ attribute: false }) order = "most confident first";
  @state() private examples: readonly Example[] = [];
  @state() private total: number | null = null;
  @state() private error: string | null = null;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("cell") || changed.has("step")) {
      if (changed.has("cell")) {
        this.examples = [];
        this.total = null;
      }
      this.error = null;
      if (this.cell) void this.load(0);
    }
  }

  private async load(offset: number): Promise<void> {
    const question = ++this.asked;
    const answer = await this.store.examplesOf(this.cell!, offset, pageSize);
    if (question !== this.asked) return;
    if (answer.ok) {
      this.examples = offset === 0 ? answer.examples : [...this.examples, ...answer.examples];
      this.total = answer.total;
    } else this.error = answer.message;
  }

  protected override render() {
    if (!this.cell) return nothing;
    const { actual, predicted } = this.names;
    const title = this.heading ?? (actual === predicted ? `${actual}, predicted right` : `${actual}, predicted as ${predicted}`);
    return html`<section class="cell-examples" aria-label=${`Examples: ${title}`}>
      <h2>${title}${this.total === null ? "" : html` <span class="count">${formatCount(this.total)}</span>`}<span class="toolbar-note">${this.order}</span></h2>
      ${this.error === null ? nothing : html`<p class="tab-note" role="alert">${this.error}</p>`}
      ${this.total === null && this.error === null ? html`<p class="tab-note">Reading the examples</p>` : nothing}
      ${this.total === 0 ? html`<p class="tab-note">No example falls into this cell.</p>` : nothing}
      <div class="example-grid">${this.examples.map(exampleCard)}</div>
      ${this.total !== null && this.examples.length < this.total && this.examples.length > 0
        ? button({ label: `Show ${formatCount(Math.min(pageSize, this.total - this.examples.length))} more`, press: () => void this.load(this.examples.length) })
        : nothing}
    </section>`;
  }
}
