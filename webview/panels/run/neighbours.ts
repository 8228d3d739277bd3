/**
 * For each point, whether the nearest other point has the same label: the share of it is how well the picture keeps classes apart (1-nearest-neighbour
 * accuracy, as in van der Maaten 2014). O(n²), about 10 ms for 2,000 points.
 */
export function nearestAgrees(x: ArrayLike<number>, y: ArrayLike<number>, labels: ArrayLike<number>): boolean[] {
  return Array.from({ length: x.length }, (_, i) => {
    let best = -1;
    let least = Infinity;
    for (let j = 0; j < x.length; j++) {
      if (j === i) continue;
      const d = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2;
      if (d < least) {
        least = d;
        best = j;
      }
    }
    return best >= 0 && labels[best] === labels[i];
  });
}
