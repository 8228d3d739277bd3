import fs from "node:fs";
import path from "node:path";
import { DataType, SessionLog_SessionStatus, type Event, type HistogramProto, type Summary_Value } from "../generated/event_pb.js";
import { readEventFile, type EventFileDamage } from "./eventFileReader.js";
import { SeriesBuilder, type ScalarSeries } from "./scalarSeries.js";

/** All scalars of a folder with event files. */
export interface RunScalars {
  /** By tag with its sub-folder, `train/loss`, in the order of first appearance. */
  readonly series: ReadonlyMap<string, ScalarSeries>;
  readonly damage: readonly EventFileDamage[];
}

/** Takes what a folder's event files say, in order. */
export interface ScalarSink {
  /** `tag` with its sub-folder, `train/loss`; `prefix`: the sub-folder with a slash behind it, or ""; `wallTime` in seconds since 1970. */
  point(tag: string, prefix: string, step: number, value: number, wallTime: number): void;
  /** How values lie at a step. */
  histogram?(tag: string, prefix: string, step: number, histogram: HistogramProto): void;
  /** A run began again at `step`: earlier points of the sub-folder from that step on count no more. */
  restart(prefix: string, step: number): void;
}

/**
 * Reads every event file below a folder, without ever holding up the event loop for long. Files in one folder follow one another by name;
 * where one says that a run began again at a step, earlier points from that step on are dropped, as TensorBoard does.
 * A folder without event files gives no series. Throws what the file system throws.
 */
export async function readScalars(folder: string): Promise<RunScalars> {
  const series = new Map<string, SeriesBuilder>();
  const damage = await scanScalars(folder, {
    point(tag, prefix, step, value, wallTime) {
      let builder = series.get(tag);
      if (!builder) series.set(tag, (builder = new SeriesBuilder(prefix)));
      builder.push(step, value, wallTime);
    },
    restart(prefix, step) {
      // sub-folders are runs of their own
      for (const builder of series.values()) if (builder.prefix === prefix) builder.dropFrom(step);
    },
  });
  return { series: new Map([...series].filter(([, s]) => s.length > 0).map(([tag, builder]) => [tag, builder.build()])), damage };
}

/** The same, told to a sink as it is read. */
export async function scanScalars(folder: string, sink: ScalarSink): Promise<EventFileDamage[]> {
  const damage: EventFileDamage[] = [];
  for (const { file, prefix } of await findEventFiles(folder)) {
    for await (const events of readEventFile(file, (found) => damage.push(found))) {
      for (const event of events) tell(sink, prefix, event);
    }
  }
  return damage;
}

/** Event files below a folder in reading order; `prefix` is the sub-folder with a slash behind it, or "". */
async function findEventFiles(folder: string): Promise<{ readonly file: string; readonly prefix: string }[]> {
  const entries = await fs.promises.readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.includes("tfevents"))
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const sub = path.relative(folder, entry.parentPath).split(path.sep).join("/");
      return { file, prefix: sub === "" ? "" : `${sub}/` };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function tell(sink: ScalarSink, prefix: string, event: Event): void {
  const step = Number(event.step);
  if (event.what.case === "sessionLog" && event.what.value.status === SessionLog_SessionStatus.START) sink.restart(prefix, step);
  if (event.what.case !== "summary") return;
  for (const value of event.what.value.value) {
    if (value.value.case === "histo") sink.histogram?.(prefix + value.tag, prefix, step, value.value.value);
    const number = scalarOf(value);
    if (number !== null) sink.point(prefix + value.tag, prefix, step, number, event.wallTime);
  }
}

/** A value as a number: the plain form, or a tensor with one element (what TensorFlow 2 writes); null for what is no scalar. */
function scalarOf(value: Summary_Value): number | null {
  if (value.value.case === "simpleValue") return value.value.value;
  if (value.value.case !== "tensor") return null;
  const plugin = value.metadata?.pluginData?.pluginName;
  if (plugin !== undefined && plugin !== "" && plugin !== "scalars") return null;
  const { dtype, tensorShape, tensorContent, floatVal, doubleVal } = value.value.value;
  if ((tensorShape?.dim ?? []).some((dim) => dim.size !== 1n)) return null;
  const content = new DataView(tensorContent.buffer, tensorContent.byteOffset, tensorContent.byteLength);
  if (dtype === DataType.DT_FLOAT) return floatVal[0] ?? (content.byteLength === 4 ? content.getFloat32(0, true) : null);
  if (dtype === DataType.DT_DOUBLE) return doubleVal[0] ?? (content.byteLength === 8 ? content.getFloat64(0, true) : null);
  return null;
}
