/** A folder of logs that is open: its runs by our names, and what panels ask of them. */
import { type Columns, mergeColumns } from "../common/series/columns.js";
import { DescentError } from "../common/errors.js";
import { type CurveAnswer, type CurveFacts, type CurveRequest, sentColumns } from "../protocol/curves.js";
import type { ProjectionWasm } from "../engine/projection/kernels.js";
import type { Projection } from "../protocol/evaluation.js";
import type { Finding } from "../protocol/finding.js";
import type { MediaTag, MediaValue, UnshownMedia } from "../protocol/logMedia.js";
import { CurveStore } from "../runs/series/curveStore.js";
import { writeCsv } from "../runs/series/writeCsv.js";
import type { LogListing } from "./logMessages.js";
import { LogReader, type LogProgress } from "./logReader.js";
import { findingsOf, manifestOf, runsOf, type LogRunTags } from "./logRun.js";
import type { LogTag } from "./logTable.js";
import { readProjector } from "./projector.js";
import { hyperParameters, mediaTags, readMedia, unshownMedia } from "./media.js";

/** Columns that a stored picture of a curve has: a chart with more asks the points. */
const pictureColumns = 1024;

export class OpenLog {
  readonly reader: LogReader;
  private runs: readonly LogRunTags[] = [];
  private tagsSeen = -1;
  /** By run: answers, with what was smoothed. */
  private readonly stores = new Map<string, CurveStore>();
  /** Averages that were answered from a picture. */
  private readonly pictured = new Set<string>();
  /** By follower: how many points of a tag it was told of. */
  private readonly told = new Map<number, Map<string, number>>();

  /** Throws `log-missing`. */
  constructor(folder: string, storage: string | null) {
    this.reader = new LogReader(folder, storage);
  }

  /** Reads on for about `milliseconds`. */
  advance(milliseconds: number): LogProgress {
    return this.reader.advance(milliseconds);
  }

  /** The runs as they stand; `now` in milliseconds since 1970. */
  listing(now: number): LogListing {
    const runs = this.currentRuns();
    return {
      runs: runs.map((run) => ({ folder: run.folder, tags: run.tags.size, manifest: { ...manifestOf(this.reader, run, now), overrides: hyperParameters(this.reader, run) } })),
      progress: this.reader.progress, troubles: this.reader.troubles, tags: this.reader.table.tags.length,
    };
  }

  /** Facts of a run's curves; `changed`: only of those that changed since `follower` last asked. */
  facts(run: string, changed: boolean, follower: number): CurveFacts[] {
    let told = this.told.get(follower);
    if (!told || !changed) this.told.set(follower, (told = new Map<string, number>()));
    const facts: CurveFacts[] = [];
    for (const [tag, logged] of this.run(run).tags) {
      if (!logged.hasPoints) continue;
      const own = logged.facts;
      if (changed && told.get(tag) === own.count) continue;
      told.set(tag, own.count);
      facts.push({ tag, ...own });
    }
    return facts;
  }

  /** What charts ask (see CurveStore); whole curves whose points are not read yet are answered from their stored pictures. */
  answer(run: string, requests: readonly CurveRequest[], liveColumns: number): CurveAnswer[] {
    const { tags } = this.run(run);
    const store = this.storeOf(run);
    return requests.map((request) => {
      const tag = tags.get(request.tag);
      const picture = tag && this.picture(run, request, tag);
      if (picture) return picture;
      if (tag?.hasPoints) {
        tag.settle();
        store.series.set(request.tag, tag.series());
      }
      return store.answer([request], liveColumns)[0];
    });
  }

  async writeCsv(run: string, tags: readonly string[], file: string): Promise<void> {
    const known = this.run(run).tags;
    const store = this.storeOf(run);
    for (const name of tags) {
      const tag = known.get(name);
      if (tag?.hasPoints) store.series.set(name, tag.series());
    }
    await writeCsv(store, tags, file);
  }

  findings(run: string): Finding[] {
    return findingsOf(this.run(run)) ?? [];
  }

  mediaTags(run: string): MediaTag[] {
    return mediaTags(this.run(run));
  }

  unshownMedia(run: string): UnshownMedia[] {
    return unshownMedia(this.run(run));
  }

  /** The tensors that the run's projector files name; what is wrong with them is told as the files' trouble. */
  projections(run: string, wasm: () => ProjectionWasm): Projection[] {
    return this.reader.files.filter(({ kind, folder }) => kind === "projector" && folder === run).flatMap((file) =>
      readProjector(file.file, wasm, ({ message }) => (file.trouble = { file: file.file, code: "projector-unreadable", message })),
    );
  }

  /** Throws `media-unreadable`. */
  media(run: string, tag: string, index: number): MediaValue {
    const media = this.run(run).tags.get(tag)?.media;
    if (!media || index < 0 || index >= media.steps.length) throw new DescentError("media-unreadable", `${tag} has no such value.`);
    return readMedia(this.reader, media, index);
  }

  close(): void {
    try {
      this.reader.save();
    } finally {
      this.reader.close();
    }
  }

  /**
   * The stored picture as an answer. A moving average cannot be told from it: the middle of its columns stands in, once and marked as coarse, so that the
   * chart asks again when it has time.
   */
  private picture(run: string, { tag, smoothing, query, since }: CurveRequest, logged: LogTag): CurveAnswer | null {
    if (since !== null || query.axis !== "step" || query.log || query.columns > pictureColumns * 2) return null;
    const columns = logged.overview();
    if (!columns) return null;
    const { facts } = logged;
    // a part of the curve needs its points, unless the picture has them all
    if (!columns.exact && (query.from > (columns.steps[0] ?? 0) || query.to < (facts.last?.step ?? 0))) return null;
    const key = `${run}\n${tag}\n${smoothing}`;
    if (smoothing > 0 && (columns.exact || this.pictured.has(key))) return null;
    if (smoothing > 0) this.pictured.add(key);
    const shown = mergeColumns(columns, query);
    return { facts: { tag, ...facts }, generation: 0, continues: false, coarse: smoothing > 0, columns: sentColumns(smoothing > 0 ? middleOf(shown) : shown) };
  }

  private storeOf(run: string): CurveStore {
    let store = this.stores.get(run);
    if (!store) this.stores.set(run, (store = new CurveStore()));
    return store;
  }

  private run(folder: string): LogRunTags {
    return this.currentRuns().find((run) => run.folder === folder) ?? { folder, tags: new Map() };
  }

  /** Runs and names change when tags come. */
  private currentRuns(): readonly LogRunTags[] {
    if (this.tagsSeen !== this.reader.table.tags.length) {
      this.tagsSeen = this.reader.table.tags.length;
      this.runs = runsOf(this.reader);
      this.stores.clear();
    }
    return this.runs;
  }
}

/** Each column's values joined to their middle. */
function middleOf({ min, max, ...rest }: Columns): Columns {
  const middle = min.map((low, i) => (low + max[i]) / 2);
  return { ...rest, min: middle, max: middle, last: middle };
}
