import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { segmented } from "../../controls/choice.js";
import "./layerHistograms.js";
import "./layerPictures.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

type View = "histograms" | "filters" | "activations";

/** The layer that is looked at: how its values lay through training and, of a convolution, its filters and what it makes of an example. */
@customElement("descent-layer-detail")
export class LayerDetail extends StoreElement {
  protected readonly topics: readonly Topic[] = ["histograms", "run"];
  @state() private view: View = "histograms";

  /** What there is to see of the layer, by its kind and the shape of its outputs: the run itself is asked when it is chosen. */
  private get offered(): readonly View[] {
    const layer = this.store.run?.layers.find(({ name }) => name === this.store.lookedAt);
    if (!layer) return ["histograms"];
    const convolves = /conv/i.test(layer.kind);
    const hasPlaces = layer.outputShape.length === 3 || layer.outputShape.length === 4 || (convolves && layer.outputShape.length === 2);
    return ["histograms", ...(convolves ? ["filters" as const] : []), ...(hasPlaces ? ["activations" as const] : [])];
  }

  protected override render() {
    const { offered } = this;
    const view = offered.includes(this.view) ? this.view : "histograms";
    const labels: Record<View, string> = { histograms: "Distributions", filters: "Filters", activations: "Activation images" };
    const views = offered.length > 1 ? segmented("Of the layer", offered.map((value) => ({ value, label: labels[value] })), view, (chosen) => (this.view = chosen)) : nothing;
    const close = () => this.dispatchEvent(new CustomEvent("closed"));
    return view === "histograms"
      ? html`<descent-layer-histograms .store=${this.store} .views=${views} @closed=${close}></descent-layer-histograms>`
      : html`<descent-layer-pictures .store=${this.store} .of=${view} .views=${views} @closed=${close}></descent-layer-pictures>`;
  }
}
