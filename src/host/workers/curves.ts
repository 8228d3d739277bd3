/** A worker thread that holds the points of all runs that panels show, and answers what their charts ask: the host's own thread stays free. */
import { parentPort } from "node:worker_threads";
import { assertNever } from "../../common/assertNever.js";
import { toDescentError } from "../../common/errors.js";
import { CurveStore } from "../../runs/series/curveStore.js";
import { HistogramStore } from "../../runs/series/histogramStore.js";
import { readCurves } from "../../runs/series/readCurves.js";
import { writeCsv } from "../../runs/series/writeCsv.js";
import type { CurveOrder, CurveReply } from "../curves/curveMessages.js";

const port = parentPort;
if (port === null) throw new Error("the curves' worker runs as a worker thread");
const stores = new Map<number, { readonly curves: CurveStore; readonly histograms: HistogramStore }>();

port.on("message", (order: CurveOrder) => {
  obey(order).then(
    (reply) => {
      if (reply) port.postMessage(reply, []);
    },
    (thrown: unknown) => port.postMessage({ id: order.id, error: toDescentError(thrown).toJSON() } satisfies CurveReply, []),
  );
});

async function obey(order: CurveOrder): Promise<CurveReply | null> {
  const { id } = order;
  let held = stores.get(order.source);
  if (!held) stores.set(order.source, (held = { curves: new CurveStore(), histograms: new HistogramStore() }));
  const { curves: store, histograms } = held;
  switch (order.order) {
    case "load":
      await readCurves(order.folder, store, histograms);
      return { id, facts: store.facts() };
    case "append":
      store.append(order.points);
      return null;
    case "changed":
      return { id, facts: store.facts(true) };
    case "answer":
      return { id, answers: store.answer(order.requests, order.liveColumns) };
    case "csv":
      await writeCsv(store, order.tags, order.file);
      return { id, done: true };
    case "histograms":
      return { id, histograms: histograms.of(order.layer) };
    case "append-histograms":
      for (const one of order.histograms) histograms.add(one);
      return null;
    case "close":
      stores.delete(order.source);
      return null;
    default:
      return assertNever(order);
  }
}
