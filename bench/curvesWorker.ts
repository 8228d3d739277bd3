/** In a worker of the page, as the host's thread stands beside the panel: holds curves and answers what charts ask. */
import { CurveStore } from "../src/runs/series/curveStore.js";
import type { CurveRequest } from "../src/protocol/curves.js";

const store = new CurveStore();
type Order = { readonly order: "fill"; readonly lines: number; readonly points: number } | { readonly order: "grow"; readonly step: number } | { readonly order: "answer"; readonly id: number; readonly requests: readonly CurveRequest[] };

// oxlint-disable-next-line unicorn/prefer-add-event-listener -- the worker's only one
self.onmessage = ({ data }: MessageEvent<Order>) => {
  if (data.order === "fill") {
    for (let i = 0; i < data.lines; i++) fill(i, data.points);
    reply({ facts: store.facts() });
  } else if (data.order === "grow") {
    for (const tag of store.series.keys()) store.append([{ tag, steps: [data.step, data.step + 1], values: [0.5, 0.25], times: [0, 0] }]);
  } else reply({ id: data.id, answers: store.answer(data.requests) });
};

function reply(message: unknown): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's
  self.postMessage(message);
}

/** A falling, noisy curve of single precision, as event files hold it; a step every 12 milliseconds, give or take. */
function fill(seed: number, points: number): void {
  let state = seed * 7919 + 1;
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const block = 50_000;
  for (let from = 0; from < points; from += block) {
    const length = Math.min(block, points - from);
    store.append([{
      tag: `line ${seed}`, steps: Float64Array.from({ length }, (_, i) => from + i + 1), times: Float64Array.from({ length }, (_, i) => 1.7e9 + (from + i) * 0.012 + next() * 0.01),
      values: Float64Array.from({ length }, (_, i) => Math.fround(seed * 0.02 + 2 * Math.exp((-(from + i) / points) * 4) + (next() - 0.5) * 0.4)),
    }]);
  }
}
