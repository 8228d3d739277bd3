/**
 * For each point, whether the nearest other point has the same label: the share of it is how well the picture keeps classes apart (1-nearest-neighbour
 * accuracy, as in van der Maaten 2014). Points are sorted into squares, about two in each, and a point looks in rings of squares around its own.
 */
export function nearestAgrees(x: ArrayLike<number>, y: ArrayLike<number>, labels: ArrayLike<number>): boolean[] {
  const n = x.length;
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    [left, right] = [Math.min(left, x[i]), Math.max(right, x[i])];
    [low, high] = [Math.min(low, y[i]), Math.max(high, y[i])];
  }
  const side = Math.max(1, Math.ceil(Math.sqrt(n / 2)));
  const width = Math.max(right - left, high - low) / side || 1;
  const squareOf = (value: number, from: number) => Math.min(side - 1, Math.max(0, Math.floor((value - from) / width)));
  const firsts = new Int32Array(side * side + 1);
  const square = Int32Array.from({ length: n }, (_, i) => squareOf(y[i], low) * side + squareOf(x[i], left));
  for (const s of square) firsts[s + 1]++;
  for (let s = 0; s < side * side; s++) firsts[s + 1] += firsts[s];
  const next = firsts.slice(0, side * side);
  const sorted = new Int32Array(n);
  for (let i = 0; i < n; i++) sorted[next[square[i]]++] = i;
  return Array.from({ length: n }, (_, i) => {
    const [column, row] = [square[i] % side, Math.floor(square[i] / side)];
    let best = -1;
    let least = Infinity;
    // a square in ring r is at least r - 1 widths away
    for (let ring = 0; ring < side && least > ((ring - 1) * width) ** 2; ring++) {
      for (let r = Math.max(0, row - ring); r <= Math.min(side - 1, row + ring); r++) {
        const whole = Math.abs(r - row) === ring;
        for (let c = column - ring; c <= column + ring; c += whole || ring === 0 ? 1 : 2 * ring) {
          if (c < 0 || c >= side) continue;
          for (let at = firsts[r * side + c]; at < firsts[r * side + c + 1]; at++) {
            const j = sorted[at];
            if (j === i) continue;
            const d = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2;
            if (d < least || (d === least && j < best)) [least, best] = [d, j];
          }
        }
      }
    }
    return best >= 0 && labels[best] === labels[i];
  });
}
