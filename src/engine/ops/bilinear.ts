/** Reading images between their elements: what DeformConv, RoiAlign and MaxRoiPool share. */
import type { Tensor } from "../graph/builder.js";
import { and, cast, concat, dimOf, keepWhere, less, mul, not, reshape, scalarLike, shift, sub, unsqueeze } from "../graph/functions.js";

/** A dimension as a scalar of x's type. */
export function sizeAlong(x: Tensor, axis: number): Tensor {
  return cast(reshape(dimOf(x, axis), []), x.type);
}

/** 0, 1, ... before a number of elements (an int64 vector of one), in x's type. */
export function countingTo(count: Tensor, x: Tensor): Tensor {
  const g = count.builder;
  return cast(g.op("Range", [g.scalar(0, "int64"), reshape(count, []), g.scalar(1, "int64")]), x.type);
}

/** Images row by row, [N, C, height * width], with these sizes as scalars. */
export interface FlatImages {
  readonly flat: Tensor;
  readonly height: Tensor;
  readonly width: Tensor;
}

/**
 * The four elements around places in images, each times its share: rows and columns [N, places] in elements from 0; each [N, C, places].
 * Elements beyond the border count as zeros.
 */
export function weightedCorners({ flat, height, width }: FlatImages, rows: Tensor, columns: Tensor): readonly Tensor[] {
  const g = rows.builder;
  const taps = (at: Tensor, size: Tensor): readonly { readonly at: Tensor; readonly share: Tensor }[] => {
    const low = g.op("Floor", [at]);
    const beyond = sub(at, low);
    const last = shift(size, -1);
    return [{ place: low, share: sub(scalarLike(at, 1), beyond) }, { place: shift(low, 1), share: beyond }].map(({ place, share }) => {
      const inside = and(not(less(place, scalarLike(place, 0))), not(less(last, place)));
      return { at: g.op("Clip", [place, scalarLike(place, 0), last]), share: keepWhere(inside, share) };
    });
  };
  const across = taps(columns, width);
  return taps(rows, height).flatMap((row) =>
    across.map((column) => {
      const place = cast(unsqueeze(g.op("Add", [mul(row.at, width), column.at]), [1]), "int64");
      const everyChannel = g.op("Expand", [place, concat([g.ints([1]), dimOf(flat, 1), g.ints([1])], 0)]);
      return mul(g.op("GatherElements", [flat, everyChannel], { axis: 2 }), unsqueeze(mul(row.share, column.share), [1]));
    }),
  );
}
