import type { Tensor } from "../graph/builder.js";
import type { PixelPlaces } from "./defineAugmentation.js";

/** Places `down` rows and `right` columns further on. */
export function moved({ rows, columns }: PixelPlaces, down: Tensor, right: Tensor): PixelPlaces {
  const graph = rows.builder;
  return { rows: graph.op("Add", [rows, down]), columns: graph.op("Add", [columns, right]) };
}
