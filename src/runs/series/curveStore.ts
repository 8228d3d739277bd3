import { columnsUpTo, lowerBound, sliceColumns } from "../../common/series/columns.js";
import { Series } from "../../common/series/series.js";
import { SmoothedSeries } from "../../common/series/smoothed.js";
import { type CurveAnswer, type CurveFacts, type CurveRequest, sentColumns } from "../../protocol/curves.js";

/** New points of one tag; equal lengths, steps do not fall; `times` in seconds since 1970. */
export interface NewPoints {
  readonly tag: string;
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly times: ArrayLike<number>;
}

/** Smoothed curves kept beside the points: those of what was asked for last. */
const keptSmoothed = 64;

/** All points of a run (or of a folder of logs), in memory once, and the answers to what pages ask of them. */
export class CurveStore {
  readonly series = new Map<string, Series>();
  private readonly smoothed = new Map<string, SmoothedSeries>();
  /** Versions at which facts were last taken. */
  private readonly told = new Map<string, number>();

  seriesOf(tag: string): Series {
    let series = this.series.get(tag);
    if (!series) this.series.set(tag, (series = new Series()));
    return series;
  }

  append(points: readonly NewPoints[]): void {
    for (const { tag, steps, values, times } of points) this.seriesOf(tag).append(steps, values, times);
  }

  /** Facts of every curve that has points; `changed`: only of those that changed since the last call. */
  facts(changed = false): CurveFacts[] {
    const facts: CurveFacts[] = [];
    for (const [tag, series] of this.series) {
      if (series.version === (changed ? (this.told.get(tag) ?? 0) : 0)) continue;
      this.told.set(tag, series.version);
      facts.push({ tag, ...series.facts });
    }
    return facts;
  }

  /**
   * Answers in the order asked; a tag without points gets an empty curve. `liveColumns`: columns of an answer that only follows the run (`since`) at
   * most; those that are cut down to it say so.
   */
  answer(requests: readonly CurveRequest[], liveColumns = Infinity): CurveAnswer[] {
    return requests.map((request) => this.answerOne(request, liveColumns));
  }

  private answerOne({ tag, smoothing, query, since }: CurveRequest, liveColumns: number): CurveAnswer {
    const series = this.series.get(tag) ?? new Series();
    const source = smoothing > 0 ? this.smoothedOf(tag, series, smoothing) : series;
    const answer = { facts: { tag, ...series.facts }, generation: series.generation, coarse: false };
    if (since && since.generation === series.generation && since.count === series.length) return { ...answer, continues: true, columns: null };
    const last = series.point(series.length - 1);
    if (since && since.generation === series.generation && since.count < series.length && last) {
      const to = Math.min(query.to, query.axis === "step" ? last.step : last.time);
      const natural = Math.max(1, Math.ceil(columnsUpTo(query, to) - columnsUpTo(query, since.after)));
      const columns = Math.min(natural, liveColumns);
      const exactPoints = columns < natural ? 2 : Math.min(4, Math.max(1, (2 * liveColumns) / columns));
      const part = source.query({ ...query, from: since.after, to, columns, exactPoints });
      let first = lowerBound(part.x, since.after);
      while (first < part.x.length && part.x[first] === since.after) first++;
      return { ...answer, continues: true, coarse: !part.exact && columns < natural, columns: sentColumns(sliceColumns(part, first, part.x.length)) };
    }
    return { ...answer, continues: false, columns: sentColumns(source.query(query)) };
  }

  private smoothedOf(tag: string, series: Series, weight: number): SmoothedSeries {
    const key = `${weight} ${tag}`;
    let smoothed = this.smoothed.get(key);
    // the most recently used stands last
    this.smoothed.delete(key);
    // a page that asks before the first point comes was answered of an empty series, which is not the one that the points came to
    if (smoothed?.series !== series) {
      smoothed = new SmoothedSeries(series, weight);
      if (this.smoothed.size >= keptSmoothed) this.smoothed.delete(this.smoothed.keys().next().value!);
    }
    this.smoothed.set(key, smoothed);
    return smoothed;
  }
}
