import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { formatSetting, formatShare, formatValue } from "../../../src/common/format.js";
import { fromJsonNumber } from "../../../src/common/numbers.js";
import type { Finding } from "../../../src/protocol/finding.js";
import type { SearchManifest } from "../../../src/protocol/search.js";
import type { SearchHostMessage, SearchPanelMessage, TrialRow } from "../../../src/protocol/searchPanel.js";
import { button } from "../../controls/button.js";
import type { MenuEntry } from "../../controls/menu.js";
import "../../controls/menu.js";
import { severityIcon } from "../run/findings.js";
import "../run/header.css";
import "./bestSoFar.js";
import { importances } from "./importance.js";
import "./parallelCoordinates.js";
import type { SettingScatter } from "./settingScatter.js";
import "./settingScatter.js";
import "./trialCurves.js";
import "./trialTable.js";

const icons = { running: "loading", stopping: "loading", finished: "pass", stopped: "circle-slash", failed: "error" } as const;

/** The page of a search: how it stands, its trials as charts and as a table, what the chosen one has, and what was found. */
@customElement("descent-search-panel")
export class SearchPanel extends LitElement {
  send: (message: SearchPanelMessage) => void = () => {};
  @state() private manifest: SearchManifest | null = null;
  @state() private live = false;
  @state() private trials: readonly TrialRow[] = [];
  @state() private tested: Extract<SearchHostMessage, { message: "init" }>["tested"] = null;
  @state() private findings: readonly Finding[] = [];
  @state() private shares: ReadonlyMap<number, number> = new Map();
  /** Trials in a cluster's queue, with their job and what they wait for. */
  @state() private queued: ReadonlyMap<number, string> = new Map();
  @state() private broken: { readonly code: string; readonly message: string } | null = null;
  @state() private picked: number | null = null;
  @state() private within: ReadonlySet<number> | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Takes what the host says. */
  receive(message: SearchHostMessage): void {
    switch (message.message) {
      case "init":
        [this.manifest, this.live, this.trials, this.tested, this.findings, this.broken] = [message.manifest, message.live, message.trials, message.tested, message.findings, null];
        return;
      case "trials": {
        const byNumber = new Map(this.trials.map((row) => [row.trial, row]));
        for (const row of message.trials) byNumber.set(row.trial, row);
        [this.trials, this.tested] = [[...byNumber.values()], message.tested];
        return;
      }
      case "manifest":
        [this.manifest, this.live] = [message.manifest, message.live];
        return;
      case "progress":
        this.shares = new Map(message.trials.map(({ trial, share }) => [trial, share]));
        this.queued = new Map(message.queued.map(({ trial, job, reason }) => [trial, `job ${job}${reason === "" ? "" : ` (${reason})`}`]));
        return;
      case "findings":
        this.findings = message.findings;
        return;
      case "broken":
        this.broken = message.error;
    }
  }

  /** Of trials that nobody follows nothing is known. */
  private get waitingJobs(): ReadonlyMap<number, string> {
    return this.live ? this.queued : new Map();
  }

  /** Trials of their own with a figure, best first. */
  private ranked(): TrialRow[] {
    const lower = this.manifest!.lowerIsBetter;
    return this.trials.filter(({ best, confirms, state: word }) => best !== null && !Number.isNaN(best.value) && confirms === null && word !== "failed").sort((a, b) => (lower ? a.best!.value - b.best!.value : b.best!.value - a.best!.value) || a.trial - b.trial);
  }

  protected override render() {
    const { manifest } = this;
    if (this.broken !== null) {
      return html`<main class="notice" role="alert"><span class="codicon codicon-error notice-icon is-error" aria-hidden="true"></span><h1>This search cannot be shown</h1><p>${this.broken.message}</p><p class="outcome-note">Code ${this.broken.code}</p></main>`;
    }
    if (manifest === null) return html`<main class="notice" aria-busy="true"></main>`;
    const winner = this.ranked().at(0) ?? null;
    const chosen = this.trials.find(({ trial }) => trial === this.picked) ?? winner;
    const shown = this.within === null ? this.trials : this.trials.filter(({ trial }) => this.within!.has(trial));
    return html`<div class="search-panel" @pick=${(event: CustomEvent<number>) => (this.picked = event.detail)} @brush=${(event: CustomEvent<ReadonlySet<number> | null>) => (this.within = event.detail)}>
      ${this.header(manifest, winner)}
      <main class="search-body">
        <div class="search-charts">
          <descent-best-so-far class="search-card" .trials=${this.trials} .manifest=${manifest} .chosen=${chosen?.trial ?? null} .within=${this.within}></descent-best-so-far>
          <descent-setting-scatter class="search-card" .trials=${this.trials} .manifest=${manifest} .chosen=${chosen?.trial ?? null} .within=${this.within}></descent-setting-scatter>
          <descent-parallel-coordinates class="search-card is-wide" .trials=${this.trials} .manifest=${manifest} .chosen=${chosen?.trial ?? null} .within=${this.within}></descent-parallel-coordinates>
          <descent-trial-curves class="search-card" .trials=${this.trials} .manifest=${manifest} .chosen=${chosen?.trial ?? null} .within=${this.within}></descent-trial-curves>
          ${this.importance(manifest)}
        </div>
        <aside class="search-side" aria-label="Chosen trial and findings">${chosen === null ? this.waiting() : this.trial(manifest, chosen, winner)}${this.foundOut()}</aside>
        <descent-trial-table class="search-table" .trials=${shown} .manifest=${manifest} .shares=${this.shares} .queued=${this.waitingJobs} .chosen=${chosen?.trial ?? null}></descent-trial-table>
      </main></div>`;
  }

  private header(manifest: SearchManifest, winner: TrialRow | null) {
    const own = this.trials.filter(({ confirms }) => confirms === null);
    const done = own.filter(({ state: word }) => word === "finished" || word === "stopped" || word === "failed").length;
    const running = this.trials.filter(({ state: word }) => word === "running" || word === "stopping").length;
    const queued = this.trials.filter(({ trial, state: word }) => word === "running" && this.waitingJobs.has(trial)).length;
    const share = Math.min(1, done / Math.max(1, manifest.trials));
    // a process that is gone without a word is no longer running; a cluster's jobs are
    const isAlone = !this.live && (manifest.state === "running" || manifest.state === "stopping");
    const word = isAlone ? "stopped" : manifest.state;
    const shownWord = isAlone && manifest.executor === "slurm" ? "not followed" : word;
    const over = word === "finished" || word === "stopped" || word === "failed";
    const entries: MenuEntry[] = [
      { label: "20 more trials", icon: "add", press: () => this.send({ message: "more", trials: 20 }) },
      { label: "Open the training file", icon: "go-to-file", press: () => this.send({ message: "open-file" }) },
      { label: "Show the search's folder", icon: "folder-opened", press: () => this.send({ message: "reveal" }) },
    ];
    return html`<header class="run-header"><div class="run-line">
        <h1 class="run-name" title=${manifest.file}>${manifest.name}</h1>
        <span class="run-state is-${word}" role="status"><span class="codicon codicon-${icons[word]} ${over ? "" : "codicon-modifier-spin"}" aria-hidden="true"></span>${shownWord}</span>
        <span class="run-figures"><span class="figure">trial <b>${done}</b> of ${manifest.trials}</span>${over ? nothing : html`<span class="figure">${running - queued} running, ${queued > 0 ? `${queued} in the queue` : `${manifest.slots} at a time`}</span>`}<span class="figure">${manifest.strategy} search${manifest.executor === "slurm" ? ", on Slurm" : ""}</span>
          ${winner === null ? nothing : html`<span class="figure is-best">best ${manifest.metric} <b>${formatValue(winner.best!.value, 4)}</b>, trial ${winner.trial}</span>`}</span>
        <div class="run-actions" role="group" aria-label="Search">
          ${over ? nothing : button({ label: "Stop", icon: "debug-stop", title: "Stop the search; every trial under way keeps a checkpoint", disabled: word === "stopping", press: () => this.send({ message: "stop" }) })}
          ${word === "stopped" || word === "failed" ? button({ label: shownWord === "not followed" ? "Follow" : "Resume", icon: "debug-continue", primary: true, press: () => this.send({ message: "resume" }) }) : nothing}
          <descent-menu .label=${"More actions"} .entries=${entries}></descent-menu>
        </div></div>
      <div class="run-line is-second"><div class="run-progress ${over ? "is-done" : ""} is-${word}" role="progressbar" aria-label="Trials done" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.floor(100 * share)}>
        <svg width="100%" height="6" aria-hidden="true"><rect width=${`${100 * share}%`} height="6"></rect></svg></div><span class="figure is-share">${formatShare(share)}</span>
        ${manifest.error === null ? nothing : html`<span class="search-error" role="alert">${manifest.error.message} (${manifest.error.code})</span>`}</div></header>`;
  }

  private waiting() {
    return html`<section><h2>Trial</h2><p class="tab-note">No trial has been evaluated yet.</p></section>`;
  }

  private trial(manifest: SearchManifest, row: TrialRow, winner: TrialRow | null) {
    const { trial } = row;
    const isWinner = trial === winner?.trial;
    const seeds = [row, ...this.trials.filter(({ confirms }) => confirms === trial)].flatMap(({ best }) => (best === null || !Number.isFinite(best.value) ? [] : best.value));
    const mean = seeds.reduce((sum, value) => sum + value, 0) / seeds.length;
    const deviation = Math.sqrt(seeds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, seeds.length - 1));
    const going = row.state === "running" || row.state === "waiting";
    const again = row.state === "stopped" || row.state === "failed";
    const goesOn = manifest.executor === "slurm" && (manifest.state === "running" || manifest.state === "stopping"); // jobs, whoever follows them
    return html`<section class="facts" aria-label=${`Trial ${trial}`}><h2><span>Trial ${trial}${isWinner ? ", the best" : ""}</span></h2>
      <dl><div><dt>${manifest.metric}</dt><dd>${row.best === null ? "none yet" : formatValue(row.best.value, 4)}</dd></div>
        ${row.state === "running" && this.waitingJobs.has(trial) ? html`<div><dt>in the queue</dt><dd>${this.waitingJobs.get(trial)}</dd></div>` : nothing}
        ${seeds.length > 1 ? html`<div><dt>over ${seeds.length} seeds</dt><dd>${formatValue(mean, 4)} ± ${formatValue(deviation, 2)}</dd></div>` : nothing}
        ${this.tested?.trial === trial ? Object.entries(this.tested.metrics).map(([name, value]) => html`<div><dt>test ${name}</dt><dd>${formatValue(fromJsonNumber(value), 4)}</dd></div>`) : nothing}
        ${Object.entries(row.settings).map(([path, value]) => html`<div><dt title=${path}>${path}</dt><dd>${typeof value === "number" ? formatSetting(value) : value}</dd></div>`)}</dl>
      ${row.error === null ? nothing : html`<p class="search-error">${row.error.message}</p>`}
      <div class="search-actions">
        ${button({ label: "Use these settings", icon: "edit", primary: isWinner && !this.live, title: "Shows what changes in the training file, then makes the change, which can be undone", press: () => this.send({ message: "use-settings", trial }) })}
        ${button({ label: "Open run", icon: "graph-line", press: () => this.send({ message: "open-trial", trial }) })}
        ${going && this.live ? button({ label: "Stop trial", icon: "debug-stop", press: () => this.send({ message: "stop-trial", trial }) }) : nothing}
        ${again ? button({ label: row.state === "failed" ? "Retry" : "Promote", icon: row.state === "failed" ? "refresh" : "debug-continue", title: "Goes on from its last checkpoint to its end; no rule stops it", press: () => this.send({ message: "promote", trial }) }) : nothing}
        ${isWinner && !this.live && !goesOn && this.tested?.trial !== trial ? button({ label: "Measure on test", icon: "beaker", title: "The test split is looked at once, for the winner", press: () => this.send({ message: "test" }) }) : nothing}
      </div></section>`;
  }

  private importance(manifest: SearchManifest) {
    const found = importances(manifest.dimensions, this.trials);
    const show = (path: string) => this.querySelector<SettingScatter>("descent-setting-scatter")?.show(path);
    return html`<figure class="search-card importance"><figcaption><h2>Importance of settings</h2><span class="toolbar-note" title="Share of the variance of the trials' ranks that a setting explains by itself (one-way ANOVA, omega squared)">share of the variance</span></figcaption>
      ${found.length === 0
        ? html`<p class="tab-note">Told from eight trials on.</p>`
        : html`<ul>${found.map(({ path, share }) => html`<li><button class="link" type="button" title=${`Show ${manifest.metric} against ${path}`} @click=${() => show(path)}>${path}</button>
            <svg class="importance-bar" width="100%" height="8" aria-hidden="true"><rect width=${`${Math.round(100 * share)}%`} height="8"></rect></svg><span class="figure">${formatShare(share)}</span></li>`)}</ul>`}</figure>`;
  }

  private foundOut() {
    return html`<section class="search-findings"><h2><span>Findings</span><span class="count">${this.findings.length}</span></h2>
      ${this.findings.length === 0 ? html`<p class="tab-note">None${this.live ? " so far" : ""}.</p>` : nothing}
      <ul>${this.findings.map((finding, index) => html`<li class="search-finding">${severityIcon(finding.severity, finding.severity)}<div><p>${finding.message}</p>
        <div class="search-actions"><button class="link" type="button" @click=${() => this.send({ message: "open-finding", index })}>Go to line</button><button class="link" type="button" @click=${() => this.send({ message: "open-page", index })}>Why</button>
        ${finding.fixes.map((fix, i) => html`<button class="link" type="button" @click=${() => this.send({ message: "apply-fix", index, fix: i })}>${fix.title}</button>`)}</div></div></li>`)}</ul></section>`;
  }
}
