import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../../src/common/format.js";
import { button } from "../../controls/button.js";
import type { Example } from "../../../src/protocol/evaluation.js";
import { exampleCard } from "./exampleCard.js";
import type { Selection, Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

const pageSize = 24;

/** The examples that were selected in the projection, a page at a time. */
@customElement("descent-selected-examples")
export class SelectedExamples extends StoreElement {
  protected readonly topics: readonly Topic[] = [];
  @property({ attribute: false }) selection: Selection | null = null;
  @state() private examples: readonly Example[] = [];
  @state() private error: string | null = null;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("selection")) return;
    this.examples = [];
    this.error = null;
    if (this.selection && this.selection.examples.length > 0) void this.load(0);
  }

  private async load(offset: number): Promise<void> {
    const question = ++this.asked;
    const answer = await this.store.examplesAt(this.selection!.examples.slice(offset, offset + pageSize));
    if (question !== this.asked) return;
    if (answer.ok) this.examples = offset === 0 ? answer.examples : [...this.examples, ...answer.examples];
    else this.error = answer.message;
  }

  protected override render() {
    if (!this.selection) return nothing;
    const { length } = this.selection.examples;
    return html`<section class="cell-examples" aria-label="Selected examples">
      <h2>Selected in the projection <span class="count">${formatCount(length)}</span> ${button({ label: "Clear", title: "Select nothing", press: () => this.store.select(null) })}</h2>
      ${this.error === null ? nothing : html`<p class="tab-note" role="alert">${this.error}</p>`}
      ${length === 0 ? html`<p class="tab-note">No example lies within the line.</p>` : this.examples.length === 0 && this.error === null ? html`<p class="tab-note">Reading the examples</p>` : nothing}
      <div class="example-grid">${this.examples.map(exampleCard)}</div>
      ${this.examples.length > 0 && this.examples.length < length ? button({ label: `Show ${formatCount(Math.min(pageSize, length - this.examples.length))} more`, press: () => void this.load(this.examples.length) }) : nothing}
    </section>`;
  }
}
