import type { Edit, Fix } from "../../protocol/finding.js";

/** Keys that a short training beside another shows nothing of: they say what is measured, kept or computed on, or when to end. */
const untold = [
  "data.split", "data.validation", "data.test", "metrics", "diagnostics", "search", "ensemble", "repeat", "cluster", "device", "threads", "seed",
  "training.checkpoint", "training.early_stopping", "training.evaluate",
];

/** Whether a short training could show what a fix does. */
export function isTriable({ edits }: Fix): boolean {
  return edits.some(({ path }) => !untold.some((key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`)));
}

/** Whether edits may change what is read, so that data are to be loaded anew; kinds of loss and widths of layers decide about the task. */
export function mayChangeData(edits: readonly Edit[]): boolean {
  return edits.some(({ path }) => /^(data|loss|model)\b/.test(path));
}
