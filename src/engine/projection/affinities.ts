/** From nearest neighbours to t-SNE's joint probabilities. */

/** A sparse symmetric matrix of probabilities that sum to 1: row i's entries are starts[i]..starts[i+1]-1. */
export interface Affinities {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/**
 * Gaussian neighbourhoods of a given perplexity, made symmetric: p_ij = (p_i|j + p_j|i) / 2n (van der Maaten and Hinton, 2008, equations 1 and the
 * one before 3). `indices` and `distances` (squared) hold k neighbours a point, nearest first. Equal neighbours share evenly.
 */
export function jointProbabilities(indices: Int32Array, distances: Float32Array, rows: number, k: number, perplexity: number): Affinities {
  return symmetrise(indices, conditionalProbabilities(distances, rows, k, Math.log(perplexity)), rows, k);
}

/** p_j|i, [rows, k]; each row's precision is found so that its entropy (in nats) is `entropy`, by Newton's method on its logarithm, kept between bounds. */
function conditionalProbabilities(distances: Float32Array, rows: number, k: number, entropy: number): Float64Array {
  const p = new Float64Array(rows * k);
  for (let i = 0; i < rows; i++) {
    const own = p.subarray(i * k, (i + 1) * k);
    const nearest = distances[i * k];
    const spread = distances[(i + 1) * k - 1] - nearest;
    let low = 0;
    let high = Infinity;
    let precision = spread > 0 ? 1 / spread : 1;
    let sum = 1;
    for (let step = 0; step < 100; step++) {
      sum = 0;
      let weighted = 0;
      let squared = 0;
      for (let j = 0; j < k; j++) {
        const distance = distances[i * k + j] - nearest;
        const value = Math.exp(-precision * distance);
        own[j] = value;
        sum += value;
        weighted += distance * value;
        squared += distance * distance * value;
      }
      const mean = weighted / sum;
      const difference = Math.log(sum) + precision * mean - entropy;
      if (Math.abs(difference) < 1e-5 || spread === 0) break;
      if (difference > 0) low = precision;
      else high = precision;
      // the entropy falls with the logarithm of the precision at this rate
      const slope = precision * precision * (squared / sum - mean * mean);
      const next = precision * Math.exp(Math.max(-1, Math.min(1, difference / slope)));
      if (next > low && next < high) precision = next;
      else precision = high === Infinity ? precision * 2 : (low + high) / 2;
    }
    for (let j = 0; j < k; j++) own[j] /= sum;
  }
  return p;
}

function symmetrise(indices: Int32Array, conditional: Float64Array, rows: number, k: number): Affinities {
  // every edge i -> j is entered in both rows, then equal columns of a row are added up
  const firsts = new Int32Array(rows + 1);
  for (const j of indices) firsts[j + 1]++;
  for (let i = 0; i < rows; i++) firsts[i + 1] += firsts[i] + k;
  const columns = new Int32Array(firsts[rows]);
  const values = new Float64Array(firsts[rows]);
  const next = firsts.slice(0, rows);
  for (let i = 0; i < rows; i++) {
    for (let e = i * k; e < (i + 1) * k; e++) {
      const j = indices[e];
      columns[next[i]] = j;
      values[next[i]++] = conditional[e];
      columns[next[j]] = i;
      values[next[j]++] = conditional[e];
    }
  }
  const starts = new Int32Array(rows + 1);
  const place = new Int32Array(rows).fill(-1);
  let kept = 0;
  for (let i = 0; i < rows; i++) {
    const start = kept;
    for (let e = firsts[i]; e < firsts[i + 1]; e++) {
      const j = columns[e];
      if (place[j] >= start) values[place[j]] += values[e];
      else {
        place[j] = kept;
        columns[kept] = j;
        values[kept++] = values[e];
      }
    }
    starts[i + 1] = kept;
  }
  const total = 2 * rows; // each row's conditional probabilities sum to 1 and were entered twice
  return { starts, columns: columns.slice(0, kept), values: Float32Array.from(values.subarray(0, kept), (value) => value / total) };
}
