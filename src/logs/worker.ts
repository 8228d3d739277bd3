/** A worker thread that reads a folder of logs, follows it while it grows, and answers what panels ask of it. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { assertNever } from "../common/assertNever.js";
import { toDescentError } from "../common/errors.js";
import type { LogEvent, LogOrder, LogReply, LogThreadData } from "./logMessages.js";
import { OpenLog } from "./openLog.js";

/** Milliseconds of reading between looks at the orders: what a person asks for comes in between. */
const slice = 40;
/** Milliseconds between two tellings while the log is read, and before the first: a small log is told of whole. */
const tellInterval = 250;
/** Milliseconds between looks for what grew; seconds between savings of a log that grows. */
const lookInterval = 1000;
const saveInterval = 120;

const port = parentPort;
if (port === null) throw new Error("the logs' worker runs as a worker thread");
const { folder, storage, wasm } = workerData as LogThreadData;
let kernels: WebAssembly.Module | null = null;
const post = (message: LogEvent | LogReply) => port.postMessage(message, []);

let log: OpenLog | null = null;
let toldAt = Date.now();
let savedAt = 0;
let gone = false;

try {
  log = new OpenLog(folder, storage);
  read(log);
} catch (thrown) {
  post({ event: "failed", error: toDescentError(thrown).toJSON() });
}

function read(open: OpenLog): void {
  const { done } = open.advance(slice);
  if (done || Date.now() - toldAt >= tellInterval) tell(open);
  if (!done) return void setImmediate(read, open);
  if (Date.now() - savedAt > saveInterval * 1000) {
    savedAt = Date.now();
    trySave(open);
  }
  setTimeout(look, lookInterval, open);
}

function look(open: OpenLog): void {
  if (!open.reader.rescan()) {
    if (!gone) post({ event: "gone", message: `The folder ${folder} is not there any more. What was read of it is still shown.` });
    gone = true;
  } else gone = false;
  if (open.reader.progress.done) {
    // a run that was being written may have come to its end
    if (Date.now() - toldAt > 30_000) tell(open);
    setTimeout(look, lookInterval, open);
  } else read(open);
}

function tell(open: OpenLog): void {
  toldAt = Date.now();
  post({ event: "listing", listing: open.listing(toldAt) });
}

/** A full disk costs the next opening time, nothing else. */
function trySave(open: OpenLog): void {
  try {
    open.reader.save();
  } catch {
    // read anew next time
  }
}

port.on("message", (order: LogOrder) => {
  obey(order).then(post, (thrown: unknown) => post({ id: order.id, error: toDescentError(thrown).toJSON() }));
});

async function obey(order: LogOrder): Promise<LogReply> {
  const { id } = order;
  const open = log;
  if (open === null) return { id, error: { code: "log-missing", message: `The folder ${folder} cannot be read.` } };
  switch (order.order) {
    case "facts": return { id, facts: open.facts(order.run, order.changed, order.follower) };
    case "answer": return { id, answers: open.answer(order.run, order.requests, order.liveColumns) };
    case "csv":
      await open.writeCsv(order.run, order.tags, order.file);
      return { id, done: true };
    case "findings": return { id, findings: open.findings(order.run) };
    case "troubles": return { id, troubles: open.reader.troubles };
    case "media-tags": return { id, tags: open.mediaTags(order.run), unshown: open.unshownMedia(order.run) };
    case "projections": return { id, projections: open.projections(order.run, () => (kernels ??= new WebAssembly.Module(readFileSync(wasm)))) };
    case "media": return { id, value: open.media(order.run, order.tag, order.index) };
    case "close":
      trySave(open);
      open.reader.close();
      return { id, done: true };
    default: return assertNever(order);
  }
}
