/** Area under the receiver operating characteristic. */

/**
 * Probability that a random positive scores above a random negative, ties counting half (the Mann-Whitney form; Fawcett 2006).
 * `positive[i]` is 1 or 0. NaN where one of the two does not occur.
 */
export function rocAuc(positive: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const rank = (start + 1 + end) / 2; // mean of the ranks start+1..end, which the ties share
    for (let i = start; i < end; i++) {
      if (positive[order[i]] === 0) continue;
      positives++;
      rankSum += rank;
    }
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean over the classes that occur of each class's area against all others (`multi_class="ovr", average="macro"`). `scores` is [n, classes]. */
export function macroRocAuc(actual: ArrayLike<number>, scores: ArrayLike<number>, classes: number): number {
  const areas: number[] = [];
  for (let c = 0; c < classes; c++) {
    const area = rocAuc(Uint8Array.from(actual, (label) => (label === c ? 1 : 0)), Float64Array.from(actual, (_, i) => scores[i * classes + c]));
    if (!Number.isNaN(area)) areas.push(area);
  }
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
