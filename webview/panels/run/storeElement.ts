import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { RunStore, Topic } from "./store.js";

/** A part of the panel: renders the store into the page's own tree, anew when one of its topics changed. */
export abstract class StoreElement extends LitElement {
  @property({ attribute: false }) store!: RunStore;

  /** What this part shows. */
  protected abstract readonly topics: readonly Topic[];
  private stop: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = [this.store.listen(this.topics, () => this.requestUpdate()), this.store.listen(["series"], () => this.seriesGrew())];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stop) stop();
  }

  /** Points came, up to 30 times a second: charts are told, nothing is rendered for it. */
  protected seriesGrew(): void {}
}
