/** Checks that formats with a header of sizes share. */
import type { DescentError } from "../../../common/errors.js";

/**
 * Number of elements of an array of shape `dims`, checked against the bytes that are there.
 * @throws what `fail` makes of `file-truncated`, `file-too-long`, `file-empty`
 */
export function elementsIn(dims: readonly number[], elementBytes: number, available: number, fail: (code: string, message: string) => DescentError): number {
  const elements = dims.reduce((product, dim) => product * dim, 1);
  const wanted = elements * elementBytes;
  if (elements === 0) throw fail("file-empty", `it holds no examples: [${dims.join(", ")}].`);
  if (available < wanted) throw fail("file-truncated", `cut off: its header says [${dims.join(", ")}], which takes ${wanted} bytes, and ${available} follow.`);
  if (available > wanted) throw fail("file-too-long", `its header says [${dims.join(", ")}], which takes ${wanted} bytes, but ${available} follow.`);
  return elements;
}
