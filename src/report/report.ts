/** One HTML file of a run or of several side by side, which needs no network and no script: for mails, wikis and archives. */
import path from "node:path";
import { formatCount, formatDuration, formatValue } from "../common/format.js";
import { fromJsonNumber } from "../common/numbers.js";
import { Series } from "../common/series/series.js";
import { significance } from "../common/statistics/compareMetrics.js";
import type { SampleSummary } from "../common/statistics/sample.js";
import { compareRuns, groupBySeeds, type RunComparison } from "../comparison/comparison.js";
import { compareSeeds } from "../comparison/compareSeeds.js";
import { meanBand } from "../comparison/meanBand.js";
import type { Finding } from "../protocol/finding.js";
import { ruleOf } from "../rules/registry.js";
import { saysLive } from "../runs/liveness.js";
import { html, nothing, type Html } from "./html.js";
import { lineChart, type ReportBand, type ReportLine } from "./lineChart.js";
import { matrixTable, projectionPicture } from "./pictures.js";
import type { ReportRun } from "./reportRun.js";
import { style } from "./style.js";

/** Charts that stand open; the others are folded away. */
const openCharts = 12;
/** Charts drawn at all: a log may have tens of thousands of tags. */
const mostCharts = 200;

/** The report of at least one run. `version`: the product's own. */
export function reportHtml(runs: readonly ReportRun[], version: string, now: Date): string {
  const title = titleOf(runs);
  const body = runs.length === 1 ? oneRun(runs[0]) : html`<main>${severalRuns(runs, false)}</main>`;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} - Descent report</title>
<style>${{ html: style }}</style>
</head>
<body>
<header><h1>${title}</h1><p class="sub">${runs.length === 1 ? subtitle(runs[0]) : namesOf(runs)}</p></header>
${body}
<footer><p class="note">Written by Descent ${version} on ${now.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })}.</p></footer>
</body>
</html>
`;
  return page.html;
}

/** What a panel that compares runs shows: the comparison with buttons, of the runs that are left. `gone`: how many of those asked for are not there any more. */
export function comparisonContent(runs: readonly ReportRun[], gone: number): string {
  const missing = gone === 0 ? nothing : html`<p class="note">${formatCount(gone)} of the runs ${gone === 1 ? "is" : "are"} not there any more: deleted or moved.</p>`;
  const actions = html`<div class="actions"><button data-action="choose">Choose Runs...</button>${runs.length === 0 ? nothing : html`<button data-action="report">Save Report...</button>`}</div>`;
  if (runs.length === 0) return html`<header>${actions}<h1>No runs to compare</h1></header>${missing}<p>Choose others, or close this panel.</p>`.html;
  const live = runs.filter(({ manifest }) => saysLive(manifest)).length;
  const following = live === 0 ? nothing : html` · <span class="following">${live === runs.length ? "All of them are" : `${formatCount(live)} of them ${live === 1 ? "is" : "are"}`} running; the page follows.</span>`;
  return html`<header>${actions}<h1>${titleOf(runs)}</h1><p class="sub">${namesOf(runs)}${following}</p></header>${missing}${severalRuns(runs, true)}`.html;
}

function titleOf(runs: readonly ReportRun[]): string {
  return runs.length === 1 ? runs[0].manifest.name : `${formatCount(runs.length)} runs`;
}

function namesOf(runs: readonly ReportRun[]): string {
  return [...new Set(runs.map(({ manifest }) => manifest.name))].slice(0, 8).join(", ") + (runs.length > 8 ? ", …" : "");
}

function subtitle({ manifest }: ReportRun): string {
  return [manifest.state, `${formatCount(manifest.step)} steps`, formatDuration(manifest.seconds), new Date(manifest.created).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })].join(" · ");
}

function oneRun(run: ReportRun): Html {
  const { manifest, file, evaluation } = run;
  return html`<main>
${manifest.error ? html`<p class="finding error"><strong>Failed.</strong> ${manifest.error.message}</p>` : nothing}
<section><h2>Result</h2>${figures(run)}</section>
<section><h2>Findings</h2>${findings(run)}</section>
<section><h2>Curves</h2>${charts(chartsOf([run]))}</section>
${evaluation.confusion.length > 0 ? html`<section><h2>Evaluation</h2>${evaluation.confusion.map(matrixTable)}</section>` : nothing}
${evaluation.projection ? html`<section>${projectionPicture(evaluation.projection)}</section>` : nothing}
${file ? html`<section><h2>Training file</h2><p class="sub">${file.name}, as it was for this run${overrides(run)}</p><pre>${file.text}</pre></section>` : nothing}
</main>`;
}

function overrides({ manifest }: ReportRun): string {
  const set = Object.entries(manifest.overrides);
  return set.length === 0 ? "" : `; set on the command line: ${set.map(([at, value]) => `${at}=${JSON.stringify(value)}`).join(", ")}`;
}

function figures({ manifest, settings }: ReportRun): Html {
  const rows: [string, string][] = [
    ...(manifest.best ? [[`Best ${words(manifest.best.metric).toLowerCase()}`, `${formatValue(fromJsonNumber(manifest.best.value), 4)} at step ${formatCount(manifest.best.step)}`] as [string, string]] : []),
    ...Object.entries(manifest.metrics).map(([name, value]): [string, string] => [words(name), formatValue(fromJsonNumber(value), 4)]),
    ...(manifest.origin === undefined
      ? ([["Seed", String(manifest.seed)], ["Parameters", manifest.parameters === null ? "" : formatCount(manifest.parameters)], ["Device", manifest.device]] as [string, string][])
      : [...settings].map(([name, value]): [string, string] => [name, value])),
  ];
  return html`<table><tbody>${rows.filter(([, value]) => value !== "").map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

const rank = { error: 0, warning: 1, info: 2 } as const;

function findings(run: ReportRun): Html {
  if (run.findings.length === 0) return html`<p>None.</p>`;
  return html`${[...run.findings].sort((a, b) => Number(a.closed) - Number(b.closed) || rank[a.finding.severity] - rank[b.finding.severity]).map(({ finding, closed }) => findingPiece(finding, closed))}`;
}

function findingPiece(finding: Finding, closed: boolean): Html {
  const place = finding.range ? `line ${finding.range.start.line}` : "";
  return html`<div class="finding ${finding.severity}"><strong>${ruleOf(finding.rule)?.title ?? finding.rule}</strong>${closed ? " (it went again)" : ""}<br>${finding.message}<br><code>${[finding.severity, finding.rule, finding.path, place, finding.step === null ? "" : `step ${formatCount(finding.step)}`].filter(Boolean).join(" · ")}</code></div>`;
}

/** `interactive`: names of runs are buttons. */
function severalRuns(runs: readonly ReportRun[], interactive: boolean): Html {
  const comparison = compareRuns(runs);
  const groups = groupBySeeds(runs);
  const seeds = groups.some((group) => group.length > 1) && groups.length < runs.length;
  return html`<section><h2>Runs</h2>${comparisonTable(comparison, interactive)}</section>
${beyondChance(runs)}
${seeds ? html`<section><h2>Curves, mean and deviation over seeds</h2>${charts(bandCharts(groups as ReportRun[][]))}</section>` : nothing}
<section><h2>Curves</h2>${charts(chartsOf(runs))}</section>
<section><h2>Findings</h2>${runs.map((run, i) => html`<h3>${nameOf(runs, i)}</h3>${findings(run)}`)}</section>
${runs.map((run, i) => (run.file ? html`<details><summary>Training file of ${nameOf(runs, i)}</summary><pre>${run.file.text}</pre></details>` : nothing))}`;
}

/** Where files were run with several seeds each: whether their metrics differ by more than the seeds do, each file against the first (Welch's test). */
function beyondChance(runs: readonly ReportRun[]): Html {
  const rows = compareSeeds(runs).flatMap(({ a, b, metrics }) => metrics.filter(({ metric }) => !metric.startsWith("train/")).map((test) => ({ a, b, test })));
  if (rows.length === 0) return nothing;
  const sample = ({ mean, deviation }: SampleSummary) => `${formatValue(mean, 4)} ± ${formatValue(deviation, 2)}`;
  const [{ a: first }] = rows;
  return html`<section><h2>More than chance?</h2><div class="scroll" tabindex="0" role="region" aria-label="More than chance"><table><thead><tr><th scope="col">Metric</th><th scope="col">${first.label}, ${first.runs.length} seeds</th><th scope="col">Against</th><th scope="col">Mean and deviation</th><th scope="col">Difference, 95 % interval</th><th scope="col">p</th><th scope="col">More than chance</th></tr></thead><tbody>
${rows.map(({ b, test }) => html`<tr><th scope="row">${words(test.metric)}</th><td>${sample(test.a)}</td><td>${b.label}, ${b.runs.length} seeds</td><td>${sample(test.b)}</td><td>${formatValue(test.difference, 3)}${test.interval ? ` (${formatValue(test.interval[0], 3)} to ${formatValue(test.interval[1], 3)})` : ""}</td><td>${Number.isNaN(test.p) ? "–" : formatValue(test.p, 2)}</td><td class="${test.verdict === "differs" ? "best" : ""}">${chanceWords[test.verdict]}</td></tr>`)}
</tbody></table></div><p class="note">Welch's test of the last values of runs that ended well; below p = ${significance} a difference is held to be more than chance.</p></section>`;
}

const chanceWords = { differs: "yes", chance: "no: the seeds spread as much", unknown: "cannot be told" } as const;

/** Runs as columns. */
function comparisonTable({ runs, differences, metrics }: RunComparison, interactive: boolean): Html {
  const head = runs.map((run, i) => html`<th scope="col"><span class="key"><svg width="18" height="8" aria-hidden="true"><line class="line c${i % 10}" x1="0" x2="18" y1="4" y2="4"/></svg></span> ${interactive && run.manifest.origin === undefined ? html`<button class="link" data-action="open" data-run="${run.run}" title="Open ${run.run}">${nameOf(runs, i)}</button>` : nameOf(runs, i)}</th>`);
  const row = (name: string, values: readonly string[], best: readonly number[] = []) => html`<tr><th scope="row">${name}</th>${values.map((value, i) => html`<td class="${best.includes(i) ? "best" : ""}">${value}${best.includes(i) ? " ★" : ""}</td>`)}</tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs side by side"><table><thead><tr><td></td>${head}</tr></thead><tbody>
${row("State", runs.map(({ manifest }) => manifest.state))}
${row("Steps", runs.map(({ manifest }) => formatCount(manifest.step)))}
${row("Time", runs.map(({ manifest }) => formatDuration(manifest.seconds)))}
${differences.map(({ path: at, values }) => row(at, values.map((value) => value ?? "–")))}
${metrics.map(({ metric, values, best }) => row(words(metric), values.map((value) => (value === null ? "–" : formatValue(value, 4))), best))}
</tbody></table></div>${differences.length === 0 && runs.every(({ settings }) => settings.size > 0) ? html`<p class="note">Their files are the same.</p>` : nothing}`;
}

/** What tells the runs apart in a legend: their names, with seeds, or else folders, where names are equal. */
function nameOf(runs: readonly { readonly run: string; readonly manifest: ReportRun["manifest"] }[], i: number): string {
  const { manifest, run } = runs[i];
  const same = runs.filter((one) => one.manifest.name === manifest.name);
  if (same.length === 1) return manifest.name;
  const seedsTell = manifest.origin === undefined && new Set(same.map((one) => one.manifest.seed)).size === same.length;
  return seedsTell ? `${manifest.name}, seed ${manifest.seed}` : path.basename(run);
}

interface Chart {
  readonly title: string;
  readonly lines: readonly ReportLine[];
  readonly bands: readonly ReportBand[];
}

const splits = ["train", "validation", "test"];

/** A chart a quantity: training solid, validation and test dashed, a colour a run. Losses and metrics come first. */
function chartsOf(runs: readonly ReportRun[]): Chart[] {
  const quantities = new Map<string, ReportLine[]>();
  const several = runs.length > 1;
  for (const [i, run] of runs.entries()) {
    const named = new Set<string>();
    for (const [tag, series] of [...run.curves].sort(([a], [b]) => splitRank(a) - splitRank(b))) {
      const split = splits.find((one) => tag.startsWith(`${one}/`));
      const quantity = split ? tag.slice(split.length + 1) : tag;
      // of several runs the key says which run a colour is, once
      const label = several ? (named.has(quantity) ? "" : nameOf(runs, i)) : split && hasSplits(runs, quantity) ? split : "";
      named.add(quantity);
      const lines = quantities.get(quantity) ?? [];
      lines.push({ label, series, colour: several ? i : 0, dashed: split === "validation" || split === "test", smooth: split === "train" && quantity === "loss" });
      quantities.set(quantity, lines);
    }
  }
  return [...quantities].sort(([a], [b]) => place(a) - place(b)).map(([title, lines]) => ({ title: words(title), lines, bands: [] }));
}

function splitRank(tag: string): number {
  const rank = splits.findIndex((split) => tag.startsWith(`${split}/`));
  return rank < 0 ? splits.length : rank;
}

function hasSplits(runs: readonly ReportRun[], quantity: string): boolean {
  return runs.some(({ curves }) => splits.filter((split) => curves.has(`${split}/${quantity}`)).length > 1);
}

/** Mean and deviation of the validation (or else training) curves of runs that differ by their seeds alone. */
function bandCharts(groups: readonly (readonly ReportRun[])[]): Chart[] {
  const tags = [...new Set(groups.flat().flatMap(({ curves }) => Array.from(curves.keys())))].filter((tag) => /^(train|validation)\/[^/]+$/.test(tag) && !/steps_per_second|waiting_for_data|learning_rate/.test(tag));
  return tags.sort((a, b) => place(a.slice(a.indexOf("/") + 1)) - place(b.slice(b.indexOf("/") + 1))).map((tag) => {
    const drawn = groups.flatMap((group, colour) => {
      const band = meanBand(group.flatMap(({ curves }) => curves.get(tag) ?? []));
      return band === null ? [] : [{ colour, label: `${groupName(groups, colour)}, ${group.length} ${group.length === 1 ? "run" : "seeds"}`, band }];
    });
    return {
      title: words(tag),
      lines: drawn.map(({ colour, label, band }): ReportLine => {
        const series = new Series();
        series.extend(band.steps, band.mean, band.steps.map(() => 0));
        return { label, series, colour, dashed: false, smooth: false };
      }),
      bands: drawn.map(({ colour, band: { steps, mean, deviation } }) => ({ colour, steps, low: mean.map((m, i) => m - deviation[i]), high: mean.map((m, i) => m + deviation[i]) })),
    };
  });
}

/** What tells a group from the others: the settings that differ, or the name. */
function groupName(groups: readonly (readonly ReportRun[])[], i: number): string {
  const { differences } = compareRuns(groups.map(([first]) => first));
  const told = differences.filter(({ path: at, values }) => at !== "seed" && values[i] !== null).slice(0, 2);
  return told.length === 0 ? groups[i][0].manifest.name : told.map(({ path: at, values }) => `${at.split(".").at(-1)} ${values[i]}`).join(", ");
}

/** Losses, then accuracies and other metrics of the task, then rates and norms, then figures by layer. */
function place(quantity: string): number {
  if (quantity === "loss") return 0;
  if (quantity === "accuracy") return 1;
  if (quantity.includes("/")) return 5;
  return /^(learning_rate|gradient_norm)$/.test(quantity) ? 3 : /^(steps_per_second|waiting_for_data|epoch)$/.test(quantity) ? 4 : 2;
}

function charts(all: readonly Chart[]): Html {
  if (all.length === 0) return html`<p>There are no points.</p>`;
  const draw = (some: readonly Chart[]) => html`<div class="charts">${some.map(({ title, lines, bands }) => lineChart(title, lines, bands))}</div>`;
  const more = all.slice(openCharts, mostCharts);
  return html`${draw(all.slice(0, openCharts))}${more.length === 0 ? nothing : html`<details><summary>${formatCount(more.length)} more charts${all.length > mostCharts ? ` of ${formatCount(all.length - openCharts)}` : ""}</summary>${draw(more)}</details>`}`;
}

/** `validation/roc_auc` as it is read: "Validation roc auc". */
function words(tag: string): string {
  const text = tag.replace("/", " ").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
