/** A host for the panel on a plain page: plays a scenario, answers questions, and keeps what the panel sends in `window.sent`. */
import "../../../webview/panels/run/zodWithoutEval.js";
import type { PanelMessage } from "../../../src/protocol/panel.js";
import type { SurfaceWish } from "../../../src/protocol/surface.js";
import { CurveStore } from "../../../src/runs/series/curveStore.js";
import { inspection, surfaceOf, surfacesKept } from "./insight.js";
import { evaluations, examples, figures, type HarnessMessage, histograms, mediaValue, scenario } from "./scenarios.js";
import { dress, type ThemeName } from "./themes.js";

declare global {
  interface Window {
    /** What the panel sent. */
    sent: PanelMessage[];
    /** Sends a message to the panel; points are kept here, and the panel is told of them, as the host does it. */
    say: (message: HarnessMessage) => void;
    dress: (theme: ThemeName) => void;
    /** Violations of the page's content policy. */
    violations: string[];
    acquireVsCodeApi: () => unknown;
  }
}

const query = new URLSearchParams(location.search);
const name = query.get("scenario") ?? "running";
dress((query.get("theme") ?? "dark") as ThemeName);

window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));

window.sent = [];
window.dress = dress;
let curves = new CurveStore();
window.say = (message) => {
  if (message.message !== "series") return window.postMessage(message, "*");
  if (message.replace) curves = new CurveStore();
  const start = Date.UTC(2026, 10, 21, 12, 40) / 1000;
  curves.append(message.series.map((one) => ({ ...one, times: one.steps.map((step) => start + step / 8) })));
  window.postMessage({ message: "facts", replace: message.replace, facts: curves.facts(!message.replace) }, "*");
};
let state: unknown;

/** Answers as the host does; examples are invented here, from the cell asked for. */
function answer(message: PanelMessage): void {
  window.sent.push(message);
  if (message.message === "ready") for (const one of scenario(name)) window.say(one);
  if (message.message === "histograms" && message.layer !== null) window.say({ message: "histograms", layer: message.layer, replace: true, histograms: histograms(message.layer) });
  if (message.message === "columns") window.say({ message: "columns", id: message.id, answers: curves.answer(message.requests) });
  if (message.message === "media-value") window.say({ message: "media-value", id: message.id, result: { ok: true, value: mediaValue(message.tag, message.index) } });
  if (message.message === "examples") {
    const total = 5;
    const list = Array.from({ length: Math.max(0, Math.min(total - message.offset, message.limit)) }, (_, i) => ({ index: 9000 + message.actual * 17 + (message.offset + i) * 3, actual: message.actual, predicted: message.predicted }));
    window.say({ message: "examples", id: message.id, result: { ok: true, examples: examples(name, list), total } });
  }
  if (message.message === "measure-curvature") window.say({ message: "curvature-progress", fraction: 0.4, problem: null });
  if (message.message === "cancel-curvature") window.say({ message: "curvature-progress", fraction: null, problem: null });
  if (message.message === "evaluations") window.say({ message: "evaluations", of: message.of, done: true, matrices: evaluations(name, 412, message.of === null ? 1 : 2) });
  if (message.message === "comparable") window.say({ message: "comparable", runs: scenario(name).some((one) => one.message === "confusion") ? [{ folder: "/runs/other", name: "mnist, seed 1" }] : [] });
  if (message.message === "figures") window.say({ message: "figures", id: message.id, result: name === "empty figures" ? { ok: false, error: { code: "no-probabilities", message: "This loss trains outputs that are no probabilities." } } : { ok: true, figures: figures(name, message.of) } });
  if (message.message === "surfaces") window.say({ message: "surfaces", surfaces: surfacesKept(name) });
  if (message.message === "surface") playSurface(message.wish);
  if (message.message === "cancel-surface") window.say({ message: "surface-failed", code: "cancelled", text: "Cancelled." });
  if (message.message === "inspect") window.say({ message: "inspected", id: message.id, result: inspection(name, message.request) });
  if (message.message === "examples-at") {
    window.say({ message: "examples", id: message.id, result: { ok: true, total: message.indices.length, examples: examples(name, message.indices.map((index) => ({ index, actual: index % 10, predicted: index % 10 }))) } });
  }
}

/** Grids that become finer, as a run's process sends them; `slow` scenarios stay with the first. */
function playSurface(wish: SurfaceWish): void {
  if (name === "short path" && wish.directions === "path") return window.say({ message: "surface-failed", code: "path-too-short", text: "This run keeps the weights of two steps only (0 and 710), and a path needs three. Train with training.checkpoint: { every_epochs: 1, keep: 20 } to see it." });
  window.say({ message: "surface-progress", text: `measuring the loss at ${wish.points ** 2} places`, fraction: 0.07 });
  window.say({ message: "surface", surface: surfaceOf(wish, 9), done: false });
  if (name === "slow surface") return;
  window.say({ message: "surface", surface: surfaceOf(wish, 17), done: wish.points === 17 });
  if (wish.points > 17) window.say({ message: "surface", surface: surfaceOf(wish, wish.points), done: true });
}

window.acquireVsCodeApi = () => ({ postMessage: answer, getState: () => state, setState: (next: unknown) => (state = next) });
