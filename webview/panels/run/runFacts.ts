import { html, nothing } from "lit";
import { formatCount, formatShort, formatValue } from "../../../src/common/format.js";
import type { RunStore } from "./store.js";
import { fileName } from "./findings.js";

/** What the run is: the figures one compares runs by. */
export function runFacts(store: RunStore) {
  const { run } = store;
  if (!run) return nothing;
  const started: [string, string, string] = ["started", new Date(run.created).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }), run.created];
  const settings = Object.entries(run.overrides).map(([path, value]): [string, string] => [path, run.origin !== undefined && typeof value === "string" ? value : JSON.stringify(value)]);
  const facts: [string, string | null, string?][] = run.origin !== undefined ? [["folder", fileName(run.file), run.file], started, ["steps an epoch", run.stepsPerEpoch === null ? null : formatCount(run.stepsPerEpoch)], ...settings] : [
    ["file", fileName(run.file), run.file],
    ["seed", formatCount(run.seed)],
    ["parameters", run.parameters === null ? null : formatCount(run.parameters)],
    ["multiply-adds", run.operations === null ? null : formatShort(run.operations), "of one example's forward pass"],
    ["layers", run.layers.length > 0 ? formatCount(run.layers.length) : null],
    ["classes", run.classes ? formatCount(run.classes.length) : null, run.classes?.join(", ")],
    ["steps an epoch", run.stepsPerEpoch === null ? null : formatCount(run.stepsPerEpoch)],
    ["epochs", formatValue(run.epochs)],
    ["device", run.device],
    ["threads", run.threads === null ? null : formatCount(run.threads)],
    started,
    ["checkpoint", run.checkpoint ? `step ${formatCount(run.checkpoint.step)}` : null, run.checkpoint?.path],
    ["run", run.id],
    ...settings,
  ];
  return html`<section class="facts" aria-labelledby="facts-title">
    <h2 id="facts-title">Run</h2>
    <dl>${facts.map(([name, value, title]) => (value === null ? nothing : html`<div><dt title=${name}>${name}</dt><dd title=${title ?? value}>${value}</dd></div>`))}</dl>
  </section>`;
}
