/** What layers that join branches share. */
import { DescentError } from "../../common/errors.js";
import { formatShape } from "../graph/builder.js";

/** Shapes of branches with the channel axis put in that one of them lacks: beside [8, 28, 28], an image [28, 28] is [1, 28, 28]. */
export function alignedShapes(shapes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const images = shapes.some(({ length }) => length === 3);
  return images ? shapes.map((shape) => (shape.length === 2 ? [1, ...shape] : shape)) : shapes;
}

/** Throws `shape-mismatch` with all the shapes where one differs from the first on an axis that counts. */
export function checkEqual(what: string, shapes: readonly (readonly number[])[], counts: (axis: number) => boolean, rule: string): void {
  const [first] = shapes;
  const differs = shapes.some((shape) => shape.length !== first.length || shape.some((dim, axis) => counts(axis) && dim !== first[axis]));
  if (differs) throw new DescentError("shape-mismatch", `${what} cannot join branches of the shapes ${shapes.map((shape) => formatShape(shape)).join(" and ")}: ${rule}.`);
}
