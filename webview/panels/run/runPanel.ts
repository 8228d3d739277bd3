import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { button } from "../../controls/button.js";
import { tabs } from "../../controls/tabs.js";
import type { Layout } from "../../../src/protocol/panel.js";
import { assertNever } from "../../../src/common/assertNever.js";
import "./curvesTab.js";
import "./layersTab.js";
import "./curvature.js";
import "./evaluationTab.js";
import "./projectionTab.js";
import "./examplesTab.js";
import "./fileTab.js";
import "./findings.js";
import "./header.js";
import "./mediaTab.js";
import "./outcome.js";
import "./surfaceTab.js";
import { runFacts } from "./runFacts.js";
import { RunStore, type Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

type Tab = Layout["tab"];
/** What a log of others can show: it has no layers, matrices, examples or file of ours; of its loss surface, why there is none. */
const logTabs: readonly { id: Tab; label: string }[] = [{ id: "curves", label: "Curves" }, { id: "media", label: "Media" }, { id: "projection", label: "Projection" }, { id: "surface", label: "Loss surface" }];
const tabNames: readonly { id: Tab; label: string }[] = [
  { id: "curves", label: "Curves" }, { id: "layers", label: "Layers" }, { id: "evaluation", label: "Evaluation" },
  { id: "projection", label: "Projection" }, { id: "surface", label: "Loss surface" }, { id: "examples", label: "Examples" }, { id: "file", label: "File" },
];

/** The page: header, tabs, the chosen tab, and beside it what was found and what the run is. */
@customElement("descent-run-panel")
export class RunPanel extends StoreElement {
  override store = new RunStore();
  protected readonly topics: readonly Topic[] = ["run", "layout", "media", "projection"];

  /** The host's page has the heading in it; what it says stands until more is known. */
  protected override willUpdate(): void {
    if (this.store.phase !== "connecting") this.querySelector(":scope > .skeleton")?.remove();
  }

  protected override render() {
    const { store } = this;
    switch (store.phase) {
      case "connecting": return this.querySelector(":scope > .skeleton") ? nothing : html`<main class="notice" aria-busy="true"></main>`;
      case "empty": return this.invitation();
      case "broken": return this.broken();
      case "run": {
        const shown = this.tabsOf();
        const current = shown.some(({ id }) => id === store.layout.tab) ? store.layout.tab : "curves";
        return html`
        <div class="run-panel">
          <descent-run-header .store=${store}></descent-run-header>
          ${tabs("Views of the run", shown, current, (tab) => store.arrange({ tab }))}
          <main class="run-body">
            <div class="run-tab" id="tab-panel" role="tabpanel" aria-labelledby="tab-${current}">
              ${current === "curves" && store.run?.origin === undefined ? html`<descent-outcome .store=${store}></descent-outcome>` : nothing}
              ${this.tab(current)}
            </div>
            <aside class="run-side" aria-label="Findings and run">
              <descent-findings .store=${store}></descent-findings>
              ${runFacts(store)}
              <descent-curvature .store=${store}></descent-curvature>
            </aside>
          </main>
        </div>`;
      }
      default: return assertNever(store.phase);
    }
  }

  /** The tabs that the run has something for. */
  private tabsOf(): readonly { id: Tab; label: string }[] {
    const { run, media, unshown, projections } = this.store;
    if (run?.origin === undefined) return tabNames;
    return logTabs.filter(({ id }) => id === "curves" || id === "surface" || (id === "media" ? media.length + unshown.length : projections.size) > 0);
  }

  private tab(tab: Tab) {
    const { store } = this;
    switch (tab) {
      case "curves": return html`<descent-curves-tab class="tab-content" .store=${store}></descent-curves-tab>`;
      case "layers": return html`<descent-layers-tab class="tab-content" .store=${store}></descent-layers-tab>`;
      case "evaluation": return html`<descent-evaluation-tab class="tab-content" .store=${store}></descent-evaluation-tab>`;
      case "projection": return html`<descent-projection-tab class="tab-content" .store=${store}></descent-projection-tab>`;
      case "surface": return html`<descent-surface-tab class="tab-content" .store=${store}></descent-surface-tab>`;
      case "examples": return html`<descent-examples-tab class="tab-content" .store=${store}></descent-examples-tab>`;
      case "media": return html`<descent-media-tab class="tab-content" .store=${store}></descent-media-tab>`;
      case "file": return html`<descent-file-tab class="tab-content" .store=${store}></descent-file-tab>`;
      default: return assertNever(tab);
    }
  }

  private invitation() {
    const { store } = this;
    return html`<main class="notice">
      <span class="codicon codicon-graph-line notice-icon" aria-hidden="true"></span>
      <h1>No run yet</h1>
      <p>Open a training file and choose Train.</p>
      <div class="notice-actions">
        ${button({ label: "Train", icon: "play", primary: true, title: "Train a training file of this workspace", press: () => store.send({ message: "action", action: "train" }) })}
        ${button({ label: "New training file", icon: "new-file", press: () => store.send({ message: "action", action: "new-file" }) })}
      </div>
    </main>`;
  }

  private broken() {
    const { error } = this.store;
    return html`<main class="notice" role="alert">
      <span class="codicon codicon-error notice-icon is-error" aria-hidden="true"></span>
      <h1>This run cannot be shown</h1>
      <p>${error?.message}</p>
      ${error ? html`<p class="outcome-note">Code ${error.code}</p>` : nothing}
      <div class="notice-actions">${button({ label: "Train", icon: "play", press: () => this.store.send({ message: "action", action: "train" }) })}</div>
    </main>`;
  }
}
