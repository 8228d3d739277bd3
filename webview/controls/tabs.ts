import { html } from "lit";
import { roveFocus } from "./roving.js";

/** A row of tabs; the arrow keys, Home and End go from one to the next (WAI-ARIA tabs, activation follows focus). */
export function tabs<T extends string>(label: string, entries: readonly { readonly id: T; readonly label: string }[], chosen: T, choose: (id: T) => void) {
  const onKey = (event: KeyboardEvent) => {
    const next = roveFocus(event, [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")]);
    if (next) choose(next.dataset["id"] as T);
  };
  return html`<nav aria-label=${label}><div class="tabs" role="tablist" aria-label=${label} @keydown=${onKey}>
    ${entries.map((entry) => html`<button class="tab" type="button" role="tab" id="tab-${entry.id}" data-id=${entry.id} aria-selected=${entry.id === chosen ? "true" : "false"}
      aria-controls="tab-panel" tabindex=${entry.id === chosen ? 0 : -1} @click=${() => choose(entry.id)}>${entry.label}</button>`)}
  </div></nav>`;
}
