import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../src/common/format.js";
import type { Severity } from "../../../src/protocol/finding.js";
import type { PanelFinding } from "../../../src/protocol/panel.js";
import "../../charts/sparkline.js";
import type { Sparkline } from "../../charts/sparkline.js";
import { isLive, type Topic } from "./store.js";
import { StoreElement } from "./storeElement.js";
import "./findings.css";

const icons: Record<Severity, string> = { error: "error", warning: "warning", info: "info" };

/** What is wrong or worth knowing: the cause, its figures, the line to blame, and what to do about it. */
@customElement("descent-findings")
export class Findings extends StoreElement {
  protected readonly topics: readonly Topic[] = ["findings", "run"];

  protected override render() {
    const { findings } = this.store;
    const live = this.store.run !== null && isLive(this.store.run.state);
    const open = findings.filter((finding) => finding.state !== "closed").length;
    return html`<section class="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">Findings <span class="count" aria-label=${`${open} open`}>${open}</span></h2>
      ${findings.length === 0 ? html`<p class="findings-none"><span class="codicon codicon-check" aria-hidden="true"></span>None${live ? " so far" : ""}.</p>` : nothing}
      ${this.toldApart()}
      <ul aria-live="polite">${findings.map((finding, index) => this.card(finding, index))}</ul>
    </section>`;
  }

  /** Several causes: an experiment that tells them apart, or what it saw. */
  private toldApart() {
    const { verdict, causes } = this.store;
    if (verdict === null && causes < 2) return nothing;
    const button = html`<button type="button" class="plain-button" title="Trains a tenth of the run with each cause taken away, from several seeds; the file stays as it is" @click=${() => this.store.send({ message: "action", action: "tell-apart" })}>
      <span class="codicon codicon-beaker" aria-hidden="true"></span><span class="button-text">${verdict === null ? `Tell the ${causes} Causes Apart` : "Once More"}</span></button>`;
    if (verdict === null) return html`<p class="told-apart">${button}</p>`;
    return html`<div class="told-apart" role="status"><h3>Causes, told apart by experiment</h3>
      <ol>${verdict.causes.map(({ category, path, confidence }) => html`<li>${category.replaceAll("_", " ")} <span class="told-place">${path}</span> <span class="told-confidence" title="Confidence">${Math.round(100 * confidence)} %</span></li>`)}</ol>
      <p>${verdict.experiment ?? ""}</p>${causes < 2 ? nothing : button}</div>`;
  }

  protected override seriesGrew(): void {
    for (const spark of this.querySelectorAll<Sparkline>("descent-sparkline")) spark.dataChanged();
    // a curve that was waited for has come
    const waits = this.store.findings.some(({ curves = [] }) => curves.some((tag) => this.store.series.has(tag) && this.querySelector(`[data-tag="${CSS.escape(tag)}"]`) === null));
    if (waits) this.requestUpdate();
  }

  /** What was seen, as small curves up to now. */
  private curves({ curves = [] }: PanelFinding) {
    const known = curves.filter((tag) => (this.store.series.get(tag)?.facts.count ?? 0) > 1);
    if (known.length === 0) return nothing;
    return html`<div class="finding-curves">${known.map((tag) => html`<figure data-tag=${tag} title=${`${tag.replace("/", " ").replaceAll("_", " ")} over the steps`}>
      <descent-sparkline .series=${this.store.series.get(tag)} .end=${this.store.lastStep}></descent-sparkline>
      <figcaption>${tag.replace("/", " ").replaceAll("_", " ")}</figcaption></figure>`)}</div>`;
  }

  private card(finding: PanelFinding, index: number) {
    const { store } = this;
    const place = finding.file ? `${fileName(finding.file)}${finding.range ? `:${finding.range.start.line}` : ""}` : null;
    const evidence = Object.entries(finding.evidence).filter(([, value]) => typeof value === "number" || typeof value === "string" || typeof value === "boolean");
    return html`<li class="finding is-${finding.severity} ${finding.state === "closed" ? "is-closed" : ""}">
      ${severityIcon(finding.severity, finding.severity)}
      <div class="finding-body">
        <div class="finding-head"><h3>${titleOfFinding(finding)}${finding.state === "closed" ? html` <span class="finding-over">over</span>` : nothing}</h3>
          <button type="button" class="icon-button" aria-label=${`Why: ${titleOfFinding(finding)}`} title="Why this is a finding" @click=${() => store.send({ message: "open-page", index })}>
            <span class="codicon codicon-question" aria-hidden="true"></span></button></div>
        <p>${finding.message}</p>
        ${evidence.length > 0
          ? html`<dl class="evidence">${evidence.slice(0, 6).map(([name, value]) => html`<div><dt>${name.replaceAll("_", " ")}</dt><dd title=${String(value)}>${typeof value === "number" ? formatValue(value) : String(value)}</dd></div>`)}</dl>`
          : nothing}
        ${this.curves(finding)}
        ${finding.why === undefined ? nothing : html`<details class="finding-more"><summary>Why it matters, and what to do</summary><p>${plain(finding.why)}</p><p>${plain(finding.what ?? "")}</p>
          <p><button type="button" class="link" @click=${() => store.send({ message: "open-page", index })}>The rule's page</button></p></details>`}
        <p class="finding-links">
          ${place ? html`<button type="button" class="link" title=${`${finding.file}, ${finding.path}`} @click=${() => store.send({ message: "open-finding", index })}>${place}</button>` : nothing}
          ${finding.step === null ? nothing : html`<button type="button" class="link" title="Shows this step in the curves" @click=${() => store.showStep(finding.step!)}>step ${formatCount(finding.step)}</button>`}
        </p>
        ${finding.fixes.length > 0 && finding.state !== "closed"
          ? html`<div class="finding-fixes">${finding.fixes.map((fix, i) => html`<div class="finding-fix" role="group" aria-label=${fix.title}><button type="button" class="plain-button" title=${`${fix.title}: changes the file`} @click=${() => store.send({ message: "apply-fix", index, fix: i })}>
              <span class="codicon codicon-lightbulb" aria-hidden="true"></span><span class="button-text">${fix.title}</span></button>${finding.triable?.includes(i)
              ? html`<button type="button" class="plain-button" aria-label="Try this fix" title="Trains the changed file beside the file as it is, before anything is changed" @click=${() => store.send({ message: "try-fix", index, fix: i })}>
              <span class="codicon codicon-beaker" aria-hidden="true"></span>Try</button>`
              : nothing}</div>`)}</div>`
          : nothing}
      </div>
    </li>`;
  }
}

/** Texts of rules are Markdown of the simplest kind. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}

/** The severity as an icon with a name for the ear. */
export function severityIcon(severity: Severity, name: string) {
  return html`<span class="severity is-${severity} codicon codicon-${icons[severity]}" role="img" aria-label=${name} title=${name}></span>`;
}

/** The cause: the rule's title, else its id in words. */
export function titleOfFinding(finding: PanelFinding): string {
  if (finding.title) return finding.title;
  const words = finding.rule.replaceAll("-", " ");
  return words === "" ? "Finding" : words[0].toUpperCase() + words.slice(1);
}

/** The last part of a path of any system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}
