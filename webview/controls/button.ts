import { html, nothing } from "lit";
import "./toolkit.js";

/** How a button looks and what it does. */
export interface ButtonOptions {
  readonly label: string;
  /** A codicon's name. */
  readonly icon?: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** What it does in more words than its label. */
  readonly title?: string;
  readonly press: () => void;
}

/** A button of the editor's look: an icon, if any, and its label. */
export function button({ label, icon, primary = false, disabled = false, title, press }: ButtonOptions) {
  return html`<vscode-button appearance=${primary ? "primary" : "secondary"} ?disabled=${disabled} title=${title ?? nothing} @click=${press}>
    ${icon ? html`<span slot="start" class="codicon codicon-${icon}" aria-hidden="true"></span>` : nothing}${label}
  </vscode-button>`;
}

/** A button that is an icon; the label is its name for the ear and its title for the eye. */
export function iconButton({ label, icon, disabled = false, press }: ButtonOptions & { readonly icon: string }) {
  return html`<button class="icon-button" type="button" aria-label=${label} title=${label} ?disabled=${disabled} @click=${press}>
    <span class="codicon codicon-${icon}" aria-hidden="true"></span>
  </button>`;
}
