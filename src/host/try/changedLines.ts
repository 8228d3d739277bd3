import type { TextEdit } from "../../config/edit/textEdits.js";
import type { ChangedLine } from "../../protocol/tryPanel.js";

/** Lines around a change that are shown with it. */
const context = 1;

/** What edits do to a text, line by line: the lines that go, those that come in their place, and a line around them. `edits` as `textEdits` gives them. */
export function changedLines(text: string, edits: readonly TextEdit[]): ChangedLine[] {
  const lines = text.split(/\r?\n/);
  const shown: ChangedLine[] = [];
  let next = 0;
  const keep = (from: number, to: number): void => {
    for (let i = Math.max(from, next, 0); i < Math.min(to, lines.length); i++) shown.push({ kind: "same", text: lines[i] });
    next = Math.max(next, Math.min(to, lines.length));
  };
  for (const group of byLines(edits)) {
    const [from, to] = [group[0].range.start.line - 1, group[group.length - 1].range.end.line - 1];
    keep(from - context, from);
    const before = lines.slice(from, to + 1);
    const after = mend(before, group, from).split(/\r?\n/);
    const [head, tail] = shared(before, after);
    keep(from, from + head);
    for (const line of before.slice(head, before.length - tail)) shown.push({ kind: "removed", text: line });
    for (const line of after.slice(head, after.length - tail)) shown.push({ kind: "added", text: line });
    next = to + 1 - tail;
    keep(next, next + context);
  }
  while (shown.at(-1)?.kind === "same" && shown.at(-1)?.text === "") shown.pop();
  return shown;
}

/** Edits whose lines touch, together. */
function byLines(edits: readonly TextEdit[]): TextEdit[][] {
  const groups: TextEdit[][] = [];
  for (const edit of edits) {
    const group = groups.at(-1);
    if (group !== undefined && edit.range.start.line <= group[group.length - 1].range.end.line) group.push(edit);
    else groups.push([edit]);
  }
  return groups;
}

/** Some lines with edits made in them; `first`: the index of the first line. */
function mend(lines: readonly string[], edits: readonly TextEdit[], first: number): string {
  const starts = [0];
  for (const line of lines) starts.push(starts[starts.length - 1] + line.length + 1);
  const offset = ({ line, column }: { readonly line: number; readonly column: number }): number => starts[line - 1 - first] + column - 1;
  return edits.reduceRight((text, { range, newText }) => text.slice(0, offset(range.start)) + newText + text.slice(offset(range.end)), lines.join("\n"));
}

/** How many lines two lists share at their beginning and at their end. */
function shared(before: readonly string[], after: readonly string[]): readonly [number, number] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return [head, tail];
}
