import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { button } from "../../controls/button.js";
import { severityIcon, titleOfFinding } from "./findings.js";
import type { Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";

/** The training file as it was for this run, with the findings at their lines. */
@customElement("descent-file-tab")
export class FileTab extends StoreElement {
  protected readonly topics: readonly Topic[] = ["run", "findings"];

  protected override render() {
    const { file, findings, run } = this.store;
    if (!file) return html`<p class="tab-empty">The training file was not stored with this run.</p>`;
    const lines = file.text.replace(/\n$/, "").split("\n");
    const overrides = Object.entries(run?.overrides ?? {});
    return html`
      <div class="toolbar">
        <span class="toolbar-note">${file.changed ? html`<span class="codicon codicon-edit" aria-hidden="true"></span> ${file.name} has changed since this run began.` : `${file.name}, as it is now and as this run took it.`}</span>
        ${button({ label: "Open", icon: "go-to-file", press: () => this.store.send({ message: "action", action: "open-file" }) })}
      </div>
      ${overrides.length > 0 ? html`<p class="file-overrides">Set on the command line: ${overrides.map(([path, value]) => html`<code>${path}=${JSON.stringify(value)}</code> `)}</p>` : nothing}
      <div class="file-text" tabindex="0" role="region" aria-label=${`${file.name} as stored`}>
        <table role="presentation"><tbody>${lines.map((text, i) => {
          const here = findings.filter((finding) => finding.range?.start.line === i + 1);
          return html`<tr class=${here.length > 0 ? "has-finding" : ""}>
            <td class="file-mark">${here.slice(0, 1).map((finding) => severityIcon(finding.severity, here.map(titleOfFinding).join(", ")))}</td>
            <td class="file-number" aria-hidden="true">${i + 1}</td><td class="file-line">${highlight(text)}</td>
          </tr>`;
        })}</tbody></table>
      </div>`;
  }
}

/** A line of YAML with its key and its comment set off; a display only, nothing is parsed from it. */
function highlight(text: string) {
  const comment = /(^|\s)#.*$/.exec(text);
  const code = comment ? text.slice(0, comment.index) : text;
  const key = /^(\s*(?:- )?(?:[{[]\s*)?)([\w./-]+)(:)(?=\s|$)/.exec(code);
  return html`${key ? html`${key[1]}<span class="yaml-key">${key[2]}</span>${key[3]}${code.slice(key[0].length)}` : code}${comment ? html`<span class="yaml-comment">${comment[0]}</span>` : nothing}`;
}
