/** Several runs of one file together, as a page: what they come to, the mean of their curves with its interval, each of them, and where an ensemble's members disagree. */
import { formatCount, formatDuration, formatShare, formatValue } from "../common/format.js";
import { fromJsonNumber, type JsonNumber } from "../common/numbers.js";
import { Series } from "../common/series/series.js";
import { criticalOf } from "../common/statistics/sample.js";
import { meanBand } from "../comparison/meanBand.js";
import type { EnsembleEvaluationResult } from "../protocol/ensemble.js";
import type { Finding } from "../protocol/finding.js";
import type { GroupManifest, Member, MetricSummary } from "../protocol/group.js";
import type { Manifest } from "../protocol/manifest.js";
import { html, nothing, type Html } from "./html.js";
import { lineChart, type ReportBand, type ReportLine } from "./lineChart.js";

/** A member as its folder shows it; null before it has begun. */
export interface MemberView {
  readonly member: Member;
  readonly manifest: Manifest | null;
  /** By tag, `validation/loss`. */
  readonly curves: ReadonlyMap<string, Series>;
}

export interface GroupViewData {
  readonly manifest: GroupManifest;
  /** Whether its controller is there. */
  readonly isLive: boolean;
  readonly members: readonly MemberView[];
  readonly evaluations: readonly EnsembleEvaluationResult[];
  readonly titleOf: (rule: string) => string | undefined;
}

/** Disputed examples shown of a split. */
const shownDisputes = 12;

const noun = { seeds: "seeds", folds: "folds", independent: "members", snapshot: "snapshots" } as const;

export function groupView(data: GroupViewData): Html {
  const { manifest, evaluations } = data;
  return html`${header(data)}
${manifest.summary?.findings.map((finding) => findingView(finding, data.titleOf)) ?? nothing}
${evaluations.map(ensembleView)}
${summaryTable(manifest)}
${charts(data)}
${memberTable(data)}
${evaluations.map(disputes)}`;
}

/** In place of a group that cannot be read. */
export function unreadableView({ code, message }: { readonly code: string; readonly message: string }): Html {
  return html`<header><h1>These runs cannot be shown</h1></header><p class="error" role="alert">${message} (${code})</p>`;
}

function header({ manifest, isLive, members }: GroupViewData): Html {
  const done = members.filter(({ member }) => isOver(member)).length;
  const state = manifest.state === "running" && !isLive ? "not followed" : manifest.state;
  const share = members.reduce((sum, { member, manifest: own }) => sum + (isOver(member) ? 1 : own && own.totalSteps ? own.step / own.totalSteps : 0), 0) / members.length;
  const actions = isLive
    ? html`<button data-action="stop">Stop</button>`
    : manifest.state === "finished" ? nothing : html`<button data-action="continue">Continue</button>`;
  return html`<header><h1>${manifest.name}</h1> <span class="state">${state}</span> <span class="sub">${formatCount(done)} of ${formatCount(members.length)} ${noun[manifest.kind]} done${manifest.executor === "slurm" ? ", on Slurm" : ""}</span> <span class="actions">${actions}<button data-action="file">Training File</button><button data-action="folder">Reveal Folder</button></span></header>
<progress max="1" value="${share.toFixed(3)}" aria-label="${formatShare(share)} done"></progress>`;
}

function isOver({ state }: Member): boolean {
  return state.startsWith("finished") || state === "failed";
}

function findingView({ rule, severity, message, fixes }: Finding, titleOf: GroupViewData["titleOf"]): Html {
  return html`<section class="finding ${severity}"><strong>${titleOf(rule) ?? rule}</strong><p>${message}</p>${fixes.length === 0 ? nothing : html`<p class="note">What reduces it: ${fixes.map(({ title }) => title).join("; ")}.</p>`}</section>`;
}

function summaryTable({ summary, kind }: GroupManifest): Html {
  if (summary === null || summary.runs === summary.failed) return html`<p class="sub">No run has ended yet.</p>`;
  const ended = summary.runs - summary.failed;
  return html`<section><h2>Mean of ${formatCount(ended)} ${noun[kind]}</h2>${summary.failed > 0 ? html`<p class="note">${formatCount(summary.failed)} failed and ${summary.failed === 1 ? "is" : "are"} not among the figures.</p>` : nothing}
<div class="scroll" tabindex="0" role="region" aria-label="Means"><table><thead><tr><th>metric</th><th>mean</th><th>deviation</th><th>95 % interval of the mean</th><th>least</th><th>most</th></tr></thead><tbody>
${Object.entries(summary.metrics).map(([tag, row]) => summaryRow(tag, row))}
</tbody></table></div>${kind === "folds" ? html`<p class="note">Folds share most of what they train on; the interval allows for it (Nadeau and Bengio).</p>` : nothing}</section>`;
}

function summaryRow(tag: string, { mean, deviation, interval, smallest, largest }: MetricSummary): Html {
  return html`<tr><th>${words(tag)}</th><td class="number">${value(mean)}</td><td class="number">${value(deviation)}</td><td class="number">${interval === null ? "" : `${value(interval[0])} to ${value(interval[1])}`}</td><td class="number">${value(smallest)}</td><td class="number">${value(largest)}</td></tr>`;
}

/** One chart a quantity: the members faintly, their mean with its interval; training solid, validation dashed. */
function charts({ manifest, members }: GroupViewData): Html {
  const runs = members.map(({ curves }) => curves).filter((curves) => curves.size > 0);
  const tags = [...new Set(runs.flatMap((curves) => [...curves.keys()]))].filter((tag) => /^(train|validation)\/[^/]+$/.test(tag) && !/steps_per_second|waiting_for_data|gradient_norm/.test(tag));
  const quantities = [...new Set(tags.map((tag) => tag.slice(tag.indexOf("/") + 1)))].sort((a, b) => rank(a) - rank(b));
  if (quantities.length === 0) return nothing;
  return html`<section><h2>Curves</h2><p class="note">The mean of ${formatCount(runs.length)} ${noun[manifest.kind]} with its 95 % interval, at the steps that all of them have.</p><div class="charts">${quantities.map((quantity) => chart(quantity, runs, manifest))}</div></section>`;
}

function chart(quantity: string, runs: readonly ReadonlyMap<string, Series>[], { kind, members }: GroupManifest): Html {
  const lines: ReportLine[] = [];
  const bands: ReportBand[] = [];
  for (const [split, colour] of [["train", 0], ["validation", 0]] as const) {
    const curves = runs.flatMap((run) => run.get(`${split}/${quantity}`) ?? []);
    const band = meanBand(curves);
    if (band === null) continue;
    const n = curves.length;
    const half = band.deviation.map((deviation) => (n > 1 ? criticalOf(n - 1) * deviation * Math.sqrt(1 / n + (kind === "folds" ? 1 / (members.length - 1) : 0)) : 0));
    const mean = new Series();
    mean.extend(band.steps, band.mean, band.steps.map(() => 0));
    lines.push({ label: split, series: mean, colour, dashed: split === "validation", smooth: false });
    const [least, most] = boundsOf(quantity, band.mean);
    bands.push({ colour, steps: band.steps, low: band.mean.map((m, i) => Math.max(least, m - half[i])), high: band.mean.map((m, i) => Math.min(most, m + half[i])) });
  }
  return lineChart(words(quantity), lines, bands);
}

/** What values of a quantity can be at all: an interval from few runs reaches beyond, which says nothing. */
function boundsOf(quantity: string, mean: readonly number[]): readonly [number, number] {
  if (/accuracy|precision|recall|^f1$|auc/.test(quantity)) return [0, 1];
  return [mean.every((value) => !(value < 0)) ? 0 : -Infinity, Infinity];
}

function memberTable({ members }: GroupViewData): Html {
  const metrics = [...new Set(members.flatMap(({ manifest }) => Object.keys(manifest?.metrics ?? {})))].filter((tag) => /^(validation|test)\//.test(tag) || !members.some(({ manifest }) => Object.keys(manifest?.metrics ?? {}).some((other) => other.startsWith("validation/"))));
  return html`<section><h2>Runs</h2><div class="scroll" tabindex="0" role="region" aria-label="Runs"><table><thead><tr><th>run</th><th>state</th><th>steps</th><th>time</th>${metrics.map((tag) => html`<th>${words(tag)}</th>`)}</tr></thead><tbody>
${members.map(({ member, manifest }) => html`<tr><th>${manifest === null ? member.label : html`<button class="link" data-action="open" data-member="${member.id}">${member.label}</button>`}</th><td>${member.error === null ? (member.queued === undefined ? member.state : `queued, ${member.queued}`) : html`<span class="error" title="${member.error.message}">${member.state}: ${member.error.code}</span>`}</td><td class="number">${manifest === null ? "" : `${formatCount(manifest.step)}${manifest.totalSteps === null ? "" : ` / ${formatCount(manifest.totalSteps)}`}`}</td><td class="number">${manifest === null ? "" : formatDuration(manifest.seconds)}</td>${metrics.map((tag) => html`<td class="number">${manifest?.metrics[tag] === undefined ? "" : value(manifest.metrics[tag])}</td>`)}</tr>`)}
</tbody></table></div></section>`;
}

function ensembleView({ split, examples, metrics, members, best, gain, disagreement }: EnsembleEvaluationResult): Html {
  const share = fromJsonNumber(disagreement);
  return html`<section><h2>Ensemble, ${split} split</h2><p class="sub">${formatCount(examples)} examples${Number.isNaN(share) ? "" : "accuracy" in metrics ? `; the members disagree on ${formatShare(share)} of them` : `; the members' predictions differ by ${formatValue(share)} in the mean`}.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Ensemble"><table><thead><tr><th>metric</th><th>ensemble</th><th>mean of the members</th><th>best member (${members[best].label})</th><th>gain over the mean, 95 %</th><th>gain over the best, 95 %</th></tr></thead><tbody>
${Object.entries(metrics).map(([metric, whole]) => html`<tr><th>${words(metric)}</th><td class="number best">${value(whole)}</td><td class="number">${formatValue(members.reduce((sum, member) => sum + fromJsonNumber(member.metrics[metric]), 0) / members.length)}</td><td class="number">${value(members[best].metrics[metric])}</td>${[gain[metric]?.over_mean, gain[metric]?.over_best].map((one) => html`<td class="number">${one === undefined ? "" : `${value(one.difference)}${one.interval === null ? "" : ` (${value(one.interval[0])} to ${value(one.interval[1])})`}`}</td>`)}</tr>`)}
</tbody></table></div><p class="note">A gain above 0 is better, of a loss and an error too; paired over the examples. The best member is the one with the best validation figure.</p></section>`;
}

function disputes({ split, disputed, members }: EnsembleEvaluationResult): Html {
  if (disputed.length === 0) return nothing;
  return html`<section><h2>Where the members disagree, ${split} split</h2><div class="scroll" tabindex="0" role="region" aria-label="Where the members disagree"><table><thead><tr><th>example</th><th>actual</th><th>ensemble</th>${members.map(({ label }) => html`<th>${label}</th>`)}</tr></thead><tbody>
${disputed.slice(0, shownDisputes).map(({ index, actual, predicted, votes }) => html`<tr><th>${formatCount(index)}</th><td>${actual}</td><td class="${predicted === actual ? "" : "error"}">${predicted}</td>${votes.map((vote) => html`<td class="${vote === predicted ? "agrees" : "differs"}">${vote}</td>`)}</tr>`)}
</tbody></table></div></section>`;
}

function value(x: JsonNumber): string {
  return formatValue(fromJsonNumber(x));
}

function words(tag: string): string {
  return tag.replaceAll("/", " ").replaceAll("_", " ");
}

function rank(quantity: string): number {
  return quantity === "loss" ? 0 : quantity === "accuracy" ? 1 : quantity === "learning_rate" ? 3 : 2;
}
