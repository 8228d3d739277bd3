export interface Difference {
  /** Offsets into the old text; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Above this many lines on both sides together, what lies between the first and the last difference is one. */
const mostLines = 4000;

/** What turns one text into another: the lines that differ (longest common subsequence), each stretch cut to the letters that do. */
export function differences(before: string, after: string): Difference[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const offset = old.slice(0, head).join("").length;
  return stretches(old.slice(head, old.length - tail), now.slice(head, now.length - tail), offset).map(({ start, end, newText }) => cut(before, start, end, newText));
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function stretches(old: readonly string[], now: readonly string[], offset: number): Difference[] {
  if (old.length + now.length > mostLines) return [{ start: offset, end: offset + old.join("").length, newText: now.join("") }];
  // common[i][j]: length of the longest common subsequence of old from i and now from j
  const common = Array.from({ length: old.length + 1 }, () => new Int32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) common[i][j] = old[i] === now[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  }
  const found: Difference[] = [];
  let [i, j, at] = [0, 0, offset];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      at += old[i].length;
      [i, j] = [i + 1, j + 1];
      continue;
    }
    const start = at;
    let newText = "";
    while ((i < old.length || j < now.length) && !(i < old.length && j < now.length && old[i] === now[j])) {
      if (j >= now.length || (i < old.length && common[i + 1][j] >= common[i][j + 1])) {
        at += old[i].length;
        i += 1;
      } else {
        newText += now[j];
        j += 1;
      }
    }
    found.push({ start, end: at, newText });
  }
  return found;
}

/** Cuts what both sides share at their ends; a pair of surrogates stays whole. */
function cut(text: string, start: number, end: number, newText: string): Difference {
  const old = text.slice(start, end);
  let head = 0;
  while (head < old.length && head < newText.length && old[head] === newText[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < newText.length - head && old[old.length - 1 - tail] === newText[newText.length - 1 - tail]) tail += 1;
  if (isLowSurrogate(old.charCodeAt(head)) || isLowSurrogate(newText.charCodeAt(head))) head -= 1;
  if (tail > 0 && (isLowSurrogate(old.charCodeAt(old.length - tail)) || isLowSurrogate(newText.charCodeAt(newText.length - tail)))) tail -= 1;
  return { start: start + head, end: end - tail, newText: newText.slice(head, newText.length - tail) };
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
