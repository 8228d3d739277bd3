import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "./toolkit.js";

/** A drop-down list of named values. */
export function dropdown<T extends string>(label: string, options: readonly { readonly value: T; readonly label: string }[], chosen: T, choose: (value: T) => void) {
  return html`<label class="field"><span class="field-label">${label}</span>
    <vscode-dropdown aria-label=${label} .value=${chosen} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
      ${repeat(options, (option) => option.value, (option) => html`<vscode-option value=${option.value} ?selected=${option.value === chosen}>${option.label}</vscode-option>`)}
    </vscode-dropdown></label>`;
}

/** A box to tick. */
export function checkbox(label: string, checked: boolean, change: (checked: boolean) => void) {
  return html`<vscode-checkbox .checked=${checked} @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}>${label}</vscode-checkbox>`;
}

/** A slider; the toolkit has none, so the browser's own in the theme's colours. `text` is its value in words. */
export function slider(label: string, value: number, range: { min: number; max: number; step: number }, text: string, change: (value: number) => void) {
  return html`<label class="field"><span class="field-label">${label}</span>
    <input type="range" min=${range.min} max=${range.max} step=${range.step} .value=${String(value)} aria-valuetext=${text}
      @input=${(event: Event) => change(Number((event.target as HTMLInputElement).value))}>
    <span class="field-value">${text}</span></label>`;
}

/** A few values side by side, one of them chosen: radio buttons in the look of a switch. */
export function segmented<T extends string>(label: string, options: readonly { readonly value: T; readonly label: string }[], chosen: T, choose: (value: T) => void) {
  return html`<fieldset class="segmented" aria-label=${label}>
    ${options.map((option) => html`<label class=${option.value === chosen ? "is-chosen" : ""}>
      <input type="radio" class="visually-hidden" name=${label} .checked=${option.value === chosen} @change=${() => choose(option.value)}>${option.label}
    </label>`)}
  </fieldset>`;
}

/** A button that stays pressed. */
export function toggle({ label, title, pressed, change }: { readonly label: string; readonly title: string; readonly pressed: boolean; readonly change: (pressed: boolean) => void }) {
  return html`<button type="button" class="toggle" title=${title} aria-pressed=${pressed ? "true" : "false"} @click=${() => change(!pressed)}>${label}</button>`;
}
