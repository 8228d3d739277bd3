import type { Tensor } from "../graph/builder.js";
import { add, gemm, matMul, mul, reshape } from "../graph/functions.js";
import type { Node } from "../graph/types.js";
import { withGradient } from "../ops/withGradient.js";
import type { LoweringRule, Site } from "./site.js";

/** x W + b over the last axis: a MatMul with a matrix, and the Add of a vector that may follow it alone. */
export interface LinearMap {
  readonly product: Node;
  /** The Add, or the MatMul where nothing is added. */
  readonly last: Node;
  readonly input: string;
  readonly weight: string;
  readonly bias: string | null;
  /** Rows of the input, all leading dimensions together, and its features and the result's. */
  readonly rows: number;
  readonly features: number;
  readonly outputs: number;
}

/** The linear map that begins with this node; null where it is none, or of unknown dimensions. */
export function linearMapFrom(site: Site, product: Node): LinearMap | null {
  if (product.op !== "MatMul" || product.domain !== "") return null;
  const [input, weight] = product.inputs;
  const [dims, matrix] = [site.dims(input), site.dims(weight)];
  if (dims === null || dims.length < 2 || matrix?.length !== 2) return null;
  const follower = site.onlyReader(product.outputs[0]);
  const other = follower?.op === "Add" && follower.domain === "" ? follower.inputs.find((name) => name !== product.outputs[0]) : undefined;
  const isBias = other !== undefined && site.dims(other)?.length === 1 && site.dims(other)![0] === matrix[1] && site.has(other);
  return {
    product, last: isBias ? follower! : product, input, weight, bias: isBias ? other : null,
    rows: dims.slice(0, -1).reduce((count, dim) => count * dim, 1), features: matrix[0], outputs: matrix[1],
  };
}

/** The linear map whose result this is. */
export function linearMapTo(site: Site, name: string): LinearMap | null {
  const made = site.producer(name);
  const product = made?.op === "Add" ? made.inputs.map((input) => site.producer(input)).find((node) => node?.op === "MatMul") : made;
  const map = product ? linearMapFrom(site, product) : null;
  return map?.last === made ? map : null;
}

/** Operands of a linear map in the graph being made: rows [rows, features], weight [features, outputs], bias [outputs]. */
export interface Operands {
  readonly rows: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/**
 * The operands. Where the input is a layer norm's, N scale + offset, the map takes N: (N scale + offset) W + b = N (scale W) + (offset W + b), so the
 * two passes over all rows, and the four of their gradient, are ones over the weights.
 */
export function operandsOf(site: Site, { input, weight, bias, rows, features, outputs }: LinearMap): Operands {
  const w = site.plain(weight)!;
  const b = bias === null ? null : site.plain(bias)!;
  const zeros = (): Tensor => w.builder.filled([outputs], 0);
  const norm = site.normalized(input);
  if (norm === null) return { rows: reshape(site.plain(input)!, [rows, features]), weight: w, bias: b ?? zeros() };
  const moved = norm.offsets === null ? null : reshape(matMul(reshape(norm.offsets, [1, features]), w), [outputs]);
  return {
    rows: reshape(norm.values, [rows, features]),
    weight: mul(w, reshape(norm.factors, [features, 1])),
    bias: moved === null ? (b ?? zeros()) : b === null ? moved : add(moved, b),
  };
}

/** A linear map as one product, bias included, in which a layer norm before it takes part. */
export const lowerLinear: LoweringRule = (site, node) => {
  const map = linearMapFrom(site, node);
  if (map === null) return false;
  const { rows, weight, bias } = operandsOf(site, map);
  if (rows.type !== "float32") return false;
  const [y] = withGradient([gemm(rows, weight, { c: bias })], [rows, weight, bias], ({ outputGradients: [d] }, input) => {
    if (input === 0) return gemm(d!, weight, { transB: true });
    return input === 1 ? gemm(rows, d!, { transA: true }) : reshape(sumOfRows(d!), [map.outputs]);
  });
  if (map.last !== node) site.absorb(map.last);
  site.definePlain(map.last.outputs[0], reshape(y, site.dims(map.last.outputs[0])!));
  return true;
};

/** Sums over the rows of a matrix, [columns]: a product with ones, which reads it once at the speed of memory. `c`: [1, columns] to add. */
export function sumOfRows(matrix: Tensor, c?: Tensor): Tensor {
  return gemm(matrix.builder.filled([1, matrix.dims[0]], 1), matrix, c === undefined ? {} : { c });
}
