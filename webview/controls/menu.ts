import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { roveFocus } from "./roving.js";
import "./menu.css";

/** One entry of a menu. */
export interface MenuEntry {
  readonly label: string;
  readonly icon: string;
  readonly press: () => void;
}

/** A button with three dots that opens a menu: arrows move, Escape and Tab close (WAI-ARIA menu button). */
@customElement("descent-menu")
export class Menu extends LitElement {
  @property({ attribute: false }) label = "More";
  /** As they are when the menu opens. */
  @property({ attribute: false }) entries: readonly MenuEntry[] | (() => readonly MenuEntry[]) = [];
  @state() private open = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.onOutside);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.onOutside);
  }

  private readonly onOutside = (event: Event): void => {
    if (!this.contains(event.target as Node)) this.open = false;
  };

  private async toggle(): Promise<void> {
    this.open = !this.open;
    await this.updateComplete;
    if (this.open) this.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }

  private close(): void {
    this.open = false;
    this.querySelector<HTMLElement>(".icon-button")?.focus();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!this.open) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") this.open = false;
    else roveFocus(event, [...this.querySelectorAll<HTMLElement>("[role=menuitem]")]);
  };

  protected override render() {
    return html`<div class="menu" @keydown=${this.onKey}>
      <button class="icon-button" type="button" aria-haspopup="menu" aria-expanded=${this.open ? "true" : "false"} aria-label=${this.label} title=${this.label} @click=${this.toggle}>
        <span class="codicon codicon-ellipsis" aria-hidden="true"></span>
      </button>
      ${this.open
        ? html`<div class="menu-list" role="menu" aria-label=${this.label}>
            ${(typeof this.entries === "function" ? this.entries() : this.entries).map((entry) => html`<button type="button" role="menuitem" tabindex="-1" @click=${() => {
              this.close();
              entry.press();
            }}><span class="codicon codicon-${entry.icon}" aria-hidden="true"></span>${entry.label}</button>`)}
          </div>`
        : nothing}
    </div>`;
  }
}
