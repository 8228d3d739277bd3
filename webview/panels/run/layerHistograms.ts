import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { HistogramOf } from "../../../src/protocol/histograms.js";
import "../../charts/distributionChart.js";
import { iconButton } from "../../controls/button.js";
import { segmented } from "../../controls/choice.js";
import { endOfAxis } from "./curvesTab.js";
import type { Topic } from "./store.js";
import { isLive } from "./store.js";
import { StoreElement } from "./storeElement.js";

const kinds: readonly { readonly of: HistogramOf; readonly heading: string }[] = [
  { of: "weights", heading: "Weights" },
  { of: "gradients", heading: "Gradients" },
  { of: "activations", heading: "Activations" },
];

/** How the weights, gradients and activations of the layer that is looked at lay through training. */
@customElement("descent-layer-histograms")
export class LayerHistograms extends StoreElement {
  protected readonly topics: readonly Topic[] = ["histograms", "run"];
  /** Controls of the layer that stand before its own. */
  @property({ attribute: false }) views: unknown = nothing;
  @state() private as: "bands" | "shades" = "bands";
  private shownEnd = 0;

  protected override seriesGrew(): void {
    if (endOfAxis(this.store) !== this.shownEnd) this.requestUpdate();
  }

  protected override render() {
    const { store } = this;
    this.shownEnd = endOfAxis(store);
    const live = store.run !== null && isLive(store.run.state);
    const waiting = live ? "Comes with the next evaluation" : "This run kept no histograms: diagnostics.statistics: full does";
    return html`
      <div class="toolbar">
        <b>${store.lookedAt}</b>
        ${this.views}
        ${segmented("Drawn as", [{ value: "bands", label: "Distribution" }, { value: "shades", label: "Histogram" }], this.as, (as) => (this.as = as))}
        ${iconButton({ label: "Back to the curves of all layers", icon: "close", press: () => this.dispatchEvent(new CustomEvent("closed")) })}
        <span class="toolbar-note">${this.as === "bands" ? "The median, and where half, 90 % and all of the values lie" : "The darker, the more values; a column an evaluation"}</span>
      </div>
      <div class="layer-histograms">
        ${kinds.map(({ of, heading }) => html`<descent-distribution-chart .heading=${heading} .snapshots=${store.histograms.filter((one) => one.of === of)} .group=${store.cursor} .as=${this.as}
          .end=${this.shownEnd} .waiting=${waiting}></descent-distribution-chart>`)}
      </div>`;
  }
}
