/** What is projected. */
import { DescentError } from "../../common/errors.js";

/** Points as rows: `data` is [rows, width], row-major. */
export interface Points {
  readonly data: Float32Array;
  readonly rows: number;
  readonly width: number;
}

/** @throws DescentError `projection-not-finite` naming the first point and value, `projection-empty` */
export function checkPoints({ data, rows, width }: Points): void {
  if (rows < 1 || width < 1) throw new DescentError("projection-empty", `There is nothing to project: ${rows} points of ${width} values.`);
  if (data.length !== rows * width) throw new RangeError(`${data.length} values are not ${rows} x ${width}`);
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++; // a plain loop: this runs over millions of values
  if (at === data.length) return;
  throw new DescentError("projection-not-finite", `Point ${Math.floor(at / width)} cannot be projected: its value ${at % width} is ${data[at]}.`);
}

/** Mean of each column, summed in float64. */
export function columnMeans({ data, rows, width }: Points): Float64Array {
  const means = new Float64Array(width);
  for (let row = 0; row < rows; row++) for (let column = 0; column < width; column++) means[column] += data[row * width + column];
  return means.map((sum) => sum / rows);
}
