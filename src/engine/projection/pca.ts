/** Principal component analysis. */
import { RandomStream } from "../random/stream.js";
import { floatsAt, instantiateKernels, roundUp4, type ProjectionWasm } from "./kernels.js";
import { checkPoints, columnMeans, type Points } from "./points.js";
import { symmetricEigen } from "./symmetricEigen.js";

export interface PrincipalComponents {
  /** [rows, count]: the centred points along each component. */
  readonly scores: Float32Array;
  readonly count: number;
  /** [count, width]: unit vectors; the entry of largest size is positive, which fixes the sign. */
  readonly components: Float64Array;
  /** Variance along each component (divided by rows - 1), falling. */
  readonly variances: Float64Array;
}

/** Up to this width the covariance matrix is decomposed as a whole, in float64. */
const widestWhole = 128;

/**
 * The first `count` principal components (fewer where the points have fewer). Points of up to 128 values: by the eigenvectors of the covariance
 * matrix, exact in float64. Wider ones: by subspace iteration in float32 SIMD (Halko, Martinsson and Tropp, 2011) until no variance moves by more
 * than `tolerance` times the largest; 1e-6 agrees to about four digits of the components. The same points give the same components.
 * @throws DescentError `projection-not-finite`, `projection-empty`
 */
export function principalComponents(wasm: ProjectionWasm, points: Points, count: number, tolerance = 1e-6): PrincipalComponents {
  checkPoints(points);
  const wanted = Math.min(count, points.width, Math.max(1, points.rows - 1));
  const means = columnMeans(points);
  const found = points.width <= widestWhole ? wholeDecomposition(points, means, wanted) : subspaceIteration(wasm, points, means, wanted, tolerance);
  fixSigns(found, wanted, points.width);
  return { ...found, count: wanted };
}

type Components = Pick<PrincipalComponents, "components" | "variances" | "scores">;

function wholeDecomposition(points: Points, means: Float64Array, count: number): Components {
  const { data, rows, width } = points;
  const covariance = new Float64Array(width * width);
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < width; k++) row[k] = data[i * width + k] - means[k];
    for (let a = 0; a < width; a++) {
      if (row[a] === 0) continue;
      for (let b = a; b < width; b++) covariance[a * width + b] += row[a] * row[b];
    }
  }
  const divisor = Math.max(1, rows - 1);
  for (let a = 0; a < width; a++) {
    for (let b = a; b < width; b++) {
      covariance[a * width + b] /= divisor;
      covariance[b * width + a] = covariance[a * width + b];
    }
  }
  const { values, vectors } = symmetricEigen(covariance, width);
  const components = vectors.slice(0, count * width);
  return { components, variances: values.slice(0, count).map((value) => Math.max(0, value)), scores: scoresOf(points, means, components, count) };
}

/** Directions beyond those wanted, which make the iteration converge fast. */
const oversampling = 10;
const mostIterations = 60;

function subspaceIteration(wasm: ProjectionWasm, { data, rows, width }: Points, means: Float64Array, count: number, tolerance: number): Components {
  const kernels = instantiateKernels(wasm);
  const padded = roundUp4(width);
  const paddedRows = roundUp4(rows);
  const block = Math.min(roundUp4(count + oversampling), roundUp4(Math.min(width, rows)));
  const x = kernels.allocate(paddedRows * padded * 4);
  const v = kernels.allocate(block * padded * 4);
  const y = kernels.allocate(paddedRows * block * 4);
  const z = kernels.allocate(block * padded * 4);
  const centred = floatsAt(kernels, x, rows * padded);
  for (let i = 0; i < rows; i++) for (let k = 0; k < width; k++) centred[i * padded + k] = data[i * width + k] - means[k];

  const random = new RandomStream(0, "principal components");
  let basis = orthonormalise(Float64Array.from({ length: block * width }, () => random.normal()), block, width);
  let variances = new Float64Array(block);
  for (let iteration = 0; ; iteration++) {
    const vectors = floatsAt(kernels, v, block * padded);
    for (let j = 0; j < block; j++) vectors.set(basis.subarray(j * width, (j + 1) * width), j * padded);
    kernels.multiplyTransposed(x, paddedRows, padded, v, block, y);
    kernels.transposedMultiply(y, block, x, paddedRows, padded, z);
    // Rayleigh-Ritz: the eigenvectors of the covariance within the subspace
    const image = floatsAt(kernels, z, block * padded);
    const within = new Float64Array(block * block);
    for (let a = 0; a < block; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let k = 0; k < width; k++) sum += image[a * padded + k] * basis[b * width + k];
        within[a * block + b] = sum;
        within[b * block + a] = sum;
      }
    }
    const { values, vectors: rotation } = symmetricEigen(within, block);
    const found = values.map((value) => Math.max(0, value) / Math.max(1, rows - 1));
    const moved = found.subarray(0, count).reduce((most, value, i) => Math.max(most, Math.abs(value - variances[i])), 0);
    variances = found;
    const settled = moved <= tolerance * found[0];
    if (settled || iteration === mostIterations) {
      const along = floatsAt(kernels, y, rows * block); // the points along the basis, which the rotation turns to the components
      return { components: rotateRows(rotation, basis, count, block, width), variances: variances.slice(0, count), scores: rotateColumns(along, rotation, rows, count, block) };
    }
    const next = new Float64Array(block * width);
    for (let j = 0; j < block; j++) for (let k = 0; k < width; k++) next[j * width + k] = image[j * padded + k];
    basis = orthonormalise(rotateRows(rotation, next, block, block, width), block, width);
  }
}

/** The first `count` rows of rotation [n, n] times rows [n, width]. */
function rotateRows(rotation: Float64Array, rows: Float64Array, count: number, n: number, width: number): Float64Array {
  const result = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < n; j++) {
      const r = rotation[i * n + j];
      for (let k = 0; k < width; k++) result[i * width + k] += r * rows[j * width + k];
    }
  }
  return result;
}

/** rows [n, block] times the transpose of rotation's first `count` rows. */
function rotateColumns(along: Float32Array, rotation: Float64Array, rows: number, count: number, block: number): Float32Array {
  const result = new Float32Array(rows * count);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < count; c++) {
      let sum = 0;
      for (let j = 0; j < block; j++) sum += along[i * block + j] * rotation[c * block + j];
      result[i * count + c] = sum;
    }
  }
  return result;
}

/** Gram-Schmidt, twice for orthogonality to the last digits. A row that depends on those before it becomes zero. */
function orthonormalise(rows: Float64Array, count: number, width: number): Float64Array {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * width, (i + 1) * width);
    const before = norm(row);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * width, (j + 1) * width);
        let dot = 0;
        for (let k = 0; k < width; k++) dot += row[k] * other[k];
        for (let k = 0; k < width; k++) row[k] -= dot * other[k];
      }
    }
    const length = norm(row);
    const factor = length > 1e-12 * before ? 1 / length : 0;
    for (let k = 0; k < width; k++) row[k] *= factor;
  }
  return rows;
}

function norm(row: Float64Array): number {
  let sum = 0;
  for (const value of row) sum += value * value;
  return Math.sqrt(sum);
}

/** Of the two directions of each component, the one whose entry of largest size is positive (as scikit-learn's PCA). */
function fixSigns({ components, scores }: Components, count: number, width: number): void {
  for (let i = 0; i < count; i++) {
    const row = components.subarray(i * width, (i + 1) * width);
    let largest = 0;
    for (const value of row) if (Math.abs(value) > Math.abs(largest)) largest = value;
    if (largest >= 0) continue;
    for (let k = 0; k < width; k++) row[k] = -row[k];
    for (let at = i; at < scores.length; at += count) scores[at] = -scores[at];
  }
}

function scoresOf({ data, rows, width }: Points, means: Float64Array, components: Float64Array, count: number): Float32Array {
  const scores = new Float32Array(rows * count);
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < width; k++) row[k] = data[i * width + k] - means[k];
    for (let j = 0; j < count; j++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += row[k] * components[j * width + k];
      scores[i * count + j] = dot;
    }
  }
  return scores;
}
