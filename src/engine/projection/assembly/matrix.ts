/** Products of tall matrices, for principal components. Rows are `width` float32 long, a multiple of 4, padded with zeros. */

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

/** out [rows, vectors] = X [rows, width] V^T, V [vectors, width]; `vectors` is a multiple of 4. */
export function multiplyTransposed(x: usize, rows: i32, width: i32, v: usize, vectors: i32, out: usize): void {
  const stride = <usize>width << 2;
  for (let j = 0; j < vectors; j += 4) {
    const v0 = v + <usize>j * stride;
    const v1 = v0 + stride;
    const v2 = v1 + stride;
    const v3 = v2 + stride;
    for (let i = 0; i < rows; i++) {
      const row = x + <usize>i * stride;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let k: usize = 0; k < stride; k += 16) {
        const a = v128.load(row + k);
        s0 = f32x4.add(s0, f32x4.mul(a, v128.load(v0 + k)));
        s1 = f32x4.add(s1, f32x4.mul(a, v128.load(v1 + k)));
        s2 = f32x4.add(s2, f32x4.mul(a, v128.load(v2 + k)));
        s3 = f32x4.add(s3, f32x4.mul(a, v128.load(v3 + k)));
      }
      const o = out + ((<usize>i * vectors + j) << 2);
      store<f32>(o, laneSum(s0));
      store<f32>(o, laneSum(s1), 4);
      store<f32>(o, laneSum(s2), 8);
      store<f32>(o, laneSum(s3), 12);
    }
  }
}

/** out [vectors, width] = Y^T X, Y [rows, vectors], X [rows, width]; `rows` is a multiple of 4 (pad with zero rows). */
export function transposedMultiply(y: usize, vectors: i32, x: usize, rows: i32, width: i32, out: usize): void {
  const stride = <usize>width << 2;
  const step = <usize>vectors << 2;
  memory.fill(out, 0, <usize>vectors * stride);
  for (let i = 0; i < rows; i += 4) {
    const x0 = x + <usize>i * stride;
    const x1 = x0 + stride;
    const x2 = x1 + stride;
    const x3 = x2 + stride;
    for (let j = 0; j < vectors; j++) {
      const at = y + (<usize>i * vectors + j << 2);
      const a = v128.load32_splat(at);
      const b = v128.load32_splat(at + step);
      const c = v128.load32_splat(at + 2 * step);
      const d = v128.load32_splat(at + 3 * step);
      const o = out + <usize>j * stride;
      for (let k: usize = 0; k < stride; k += 16) {
        const ab = f32x4.add(f32x4.mul(a, v128.load(x0 + k)), f32x4.mul(b, v128.load(x1 + k)));
        const cd = f32x4.add(f32x4.mul(c, v128.load(x2 + k)), f32x4.mul(d, v128.load(x3 + k)));
        v128.store(o + k, f32x4.add(v128.load(o + k), f32x4.add(ab, cd)));
      }
    }
  }
}
