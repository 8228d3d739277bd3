import { columnEdge, type ColumnQuery, type Columns, ColumnsBuilder, flagOf } from "./columns.js";
import type { NumberColumn } from "./numberColumn.js";
import type { Pyramid } from "./pyramid.js";
import type { NonFiniteRuns } from "./nonFiniteRuns.js";

/** A curve whose points are all here: steps rise, times (milliseconds since 1970) do not fall. */
export interface PointSource {
  readonly length: number;
  readonly steps: NumberColumn;
  readonly times: NumberColumn;
  readonly values: NumberColumn;
  readonly pyramid: Pyramid;
  readonly nonFinite: NonFiniteRuns;
}

/** Points a column up to which the points themselves are given. */
const pointsOfColumn = 4;
const builder = new ColumnsBuilder();
const extremes = new Float64Array(2);

/** What the columns show of a curve. O(columns √(points a column)): a millisecond for 1,000 columns of a curve of any length. */
export function queryColumns(source: PointSource, query: ColumnQuery): Columns {
  const { axis, columns } = query;
  const { steps, values, nonFinite } = source;
  const places = axis === "step" ? steps : source.times;
  const unit = axis === "step" ? 1 : 1000;
  builder.clear();
  if (source.length === 0 || places.length === 0 || !(query.to >= query.from)) return builder.build(axis, true);
  let index = Math.max(0, places.lowerBound(query.from * unit) - 1);
  let inside = places.lowerBound(query.to * unit);
  while (inside < source.length && places.get(inside) <= query.to * unit) inside++;
  const end = Math.min(source.length, inside + 1);
  if (end - index <= columns * (query.exactPoints ?? pointsOfColumn)) {
    for (; index < end; index++) pushPoint(source, places, unit, index);
    return builder.build(axis, true);
  }
  if (places.get(index) < query.from * unit) pushPoint(source, places, unit, index++);
  for (let column = 0; column < columns && index < inside; column++) {
    const next = column === columns - 1 ? inside : Math.min(inside, places.lowerBound(columnEdge(query, column) * unit, index));
    if (next === index) continue;
    source.pyramid.range(values, index, next, extremes);
    builder.push(places.get(next - 1) / unit, steps.get(next - 1), values.get(next - 1), extremes[0], extremes[1], nonFinite.flagsIn(index, next));
    index = next;
  }
  for (; index < end; index++) pushPoint(source, places, unit, index);
  return builder.build(axis, false);
}

function pushPoint({ steps, values }: PointSource, places: NumberColumn, unit: number, index: number): void {
  const value = values.get(index);
  const flag = flagOf(value);
  builder.push(places.get(index) / unit, steps.get(index), value, flag === 0 ? value : Infinity, flag === 0 ? value : -Infinity, flag);
}
