/** A host for the search panel on a plain page: shows a search of `?trials=N` trials, and keeps what the panel sends in `window.searchSent`. */
import type { SearchManifest } from "../../../src/protocol/search.js";
import type { SearchHostMessage, SearchPanelMessage, TrialRow } from "../../../src/protocol/searchPanel.js";
import { dress, type ThemeName } from "./themes.js";

declare global {
  interface Window {
    searchSent: SearchPanelMessage[];
    sayToSearch: (message: SearchHostMessage) => void;
    /** A trial as the search would have it. */
    trialRow: (trial: number, state?: TrialRow["state"]) => TrialRow;
    searchState: unknown;
  }
}

const query = new URLSearchParams(location.search);
const count = Number(query.get("trials") ?? 60);
const live = query.get("live") === "1";
dress((query.get("theme") ?? "dark") as ThemeName);
document.addEventListener("securitypolicyviolation", (event) => console.error(`${event.violatedDirective} ${event.blockedURI}`));

/** The same for the same trial, within [0, 1). */
const share = (trial: number, salt: number) => (Math.sin(trial * 12.9898 + salt * 78.233) * 43758.5453) % 1 + (((Math.sin(trial * 12.9898 + salt * 78.233) * 43758.5453) % 1) < 0 ? 1 : 0);

window.trialRow = (trial, state) => {
  const sgd = share(trial, 1) < 0.5;
  const lr = Number((10 ** (-5 + 4 * share(trial, 2))).toPrecision(4));
  const units = Math.round(8 * 16 ** share(trial, 3));
  const quality = 0.08 + 0.25 * (Math.log10(lr) + (sgd ? 1.5 : 3)) ** 2 + 0.2 * Math.abs(Math.log2(units / 64)) / 3 + 0.05 * share(trial, 4);
  const stopped = state === undefined ? quality > 0.7 && trial > 5 : state === "stopped";
  const failed = state === undefined && share(trial, 5) > 0.97;
  const epochs = Array.from({ length: stopped ? 1 + Math.floor(3 * share(trial, 6)) : 12 }, (_, i) => i + 1);
  const values = epochs.map((epoch) => quality + 0.9 * Math.exp(-epoch / 3) + 0.02 * (share(trial, 7 + epoch) - 0.5));
  const best = values.reduce((at, value, i) => (value < values[at] ? i : at), 0);
  return {
    trial, settings: { optimizer: sgd ? "sgd" : "adam", [sgd ? "optimizer.sgd.lr" : "optimizer.adam.lr"]: lr, "model[0].dense.units": units }, confirms: null, seed: null,
    state: state ?? (failed ? "failed" : stopped ? "stopped" : "finished"), stopReason: stopped ? "median" : null, promoted: false, best: { value: values[best], step: 25 * epochs[best] }, epochs, values,
    seconds: epochs.length * 1.3, error: failed ? { code: "non-finite-loss", message: "The loss of step 31 is not a number: the run cannot go on." } : null,
  };
};

const manifest: SearchManifest = {
  version: 1, id: "20261121-124005-moons-search", name: "moons", file: "/work/moons.train.yaml", storedFile: "moons.train.yaml", overrides: {},
  created: "2026-11-21T12:40:05.000Z", updated: "2026-11-21T12:44:05.000Z", state: live ? "running" : "finished", pid: null, host: "here", socket: null,
  executor: query.get("on") === "slurm" ? "slurm" : "local", strategy: "random", trials: live ? count + 10 : count, metric: "validation/loss", lowerIsBetter: true, slots: 2, error: null,
  dimensions: [
    { path: "optimizer", range: { kind: "choice", labels: ["sgd", "adam"] }, when: null },
    { path: "optimizer.sgd.lr", range: { kind: "log_uniform", low: 1e-5, high: 1e-1 }, when: { path: "optimizer", label: "sgd" } },
    { path: "optimizer.adam.lr", range: { kind: "log_uniform", low: 1e-5, high: 1e-1 }, when: { path: "optimizer", label: "adam" } },
    { path: "model[0].dense.units", range: { kind: "log_integer", low: 8, high: 128 }, when: null },
  ],
};

window.searchSent = [];
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- the page's own
window.sayToSearch = (message) => window.postMessage(message, "*");
(window as unknown as { acquireVsCodeApi: () => unknown }).acquireVsCodeApi = () => ({
  postMessage(message: SearchPanelMessage) {
    window.searchSent.push(message);
    if (message.message !== "ready") return;
    const trials = Array.from({ length: count }, (_, i) => window.trialRow(i + 1));
    window.sayToSearch({
      message: "init", folder: "/work/runs/20261121-124005-moons-search", manifest, live, trials, tested: null,
      findings: live || count === 0 ? [] : [{
        rule: "winner-at-border", severity: "warning", problem: "generalisation", category: "optimizer", message: "The best trial has model[0].dense.units = 124, at the upper end of 8 to 128. Values beyond it may be better.",
        evidence: {}, confidence: 0.7, step: null, state: "open", file: "/work/moons.train.yaml", path: 'search.space["model[0].dense.units"]', range: null,
        fixes: [{ title: "Search model[0].dense.units from 8 to 1280", safe: false, edits: [] }], page: "media/rules/winner-at-border.md",
      }],
    });
    if (live) window.sayToSearch({ message: "trials", trials: [window.trialRow(count + 1, "running"), window.trialRow(count + 2, "running")], tested: null });
    if (live) window.sayToSearch({ message: "progress", trials: [{ trial: count + 1, share: 0.43 }, { trial: count + 2, share: 0.12 }], queued: manifest.executor === "slurm" ? [{ trial: count + 2, job: "4711_2", reason: "Resources" }] : [] });
  },
  setState: (state: unknown) => (window.searchState = state),
  getState: () => undefined,
});
