/** One step of a path: a key, or a position in a list (from 0). */
export type Segment = string | number;

const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const step = /\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * Splits a path into the training file: `model[2].dense.units` is `["model", 2, "dense", "units"]`. A key that is no
 * plain word stands in brackets: `data.scaling["petal length"]`. Returns null for what is no path; "" is the file itself.
 */
export function parsePath(path: string): Segment[] | null {
  const segments: Segment[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < path.length) {
    const start = step.lastIndex;
    const match = step.exec(path);
    if (match === null) return null;
    const [text, key, index, quoted] = match;
    // a dot belongs between two steps: `.a` and `a b` are no paths
    if (key !== undefined && (text.startsWith(".") ? start === 0 : start !== 0)) return null;
    if (key !== undefined) segments.push(key);
    else if (index !== undefined) segments.push(Number(index));
    else segments.push(unquote(quoted));
  }
  return segments;
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

/** The inverse of `parsePath`. */
export function formatPath(segments: readonly Segment[]): string {
  return segments.reduce<string>((path, segment) => appendSegment(path, segment), "");
}

/** A path and one more step. */
export function appendSegment(path: string, segment: Segment): string {
  if (typeof segment === "number") return `${path}[${segment}]`;
  if (!plainKey.test(segment)) return `${path}["${segment.replace(/["\\]/g, "\\$&")}"]`;
  return path === "" ? segment : `${path}.${segment}`;
}
