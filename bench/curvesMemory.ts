/** Memory of a thread that holds 10 million points, and 100 overviews of 400,000 points as they are stored. Printed as JSON; run with --expose-gc. */
import { columnsToBytes } from "../src/common/series/columnsBytes.js";
import { CurveStore } from "../src/runs/series/curveStore.js";

const collect = (globalThis as { gc?: () => void }).gc!;
const random = (() => {
  let state = 7;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
})();

function fill(store: CurveStore, curves: number, points: number): void {
  const block = 10_000;
  for (let from = 0; from < points; from += block) {
    for (let curve = 0; curve < curves; curve++) {
      store.append([{
        tag: `curve ${curve}`, steps: Float64Array.from({ length: block }, (_, i) => from + i + 1), times: Float64Array.from({ length: block }, (_, i) => 1.7e9 + (from + i) * 0.012 + random() * 0.01),
        values: Float64Array.from({ length: block }, () => Math.fround(random())),
      }]);
    }
  }
}

collect();
const before = process.memoryUsage();
let store = new CurveStore();
fill(store, 10, 1_000_000);
collect();
const after = process.memoryUsage();
const held = [...store.series.values()].reduce((sum, series) => sum + series.bytes, 0);
const start = performance.now();
const query = { axis: "step", from: 0, to: 1_000_000, columns: 1024, log: false, origin: 0 } as const;
store.answer([...store.series.keys()].map((tag) => ({ tag, smoothing: 0, query, since: null })));
const answered = performance.now() - start;
store = new CurveStore();
fill(store, 100, 400_000);
const overviews = [...store.series.values()].map((series) => Buffer.from(columnsToBytes(series.query({ ...query, to: 400_000 }))).toString("base64"));
process.stdout.write(JSON.stringify({ resident: after.rss - before.rss, whole: after.rss, held, answered, overviews }));
