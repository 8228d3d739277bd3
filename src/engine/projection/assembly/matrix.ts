/** Products of tall matrices, for principal components. Rows are `width` float32 long, a multiple of 4, padded with zeros. */

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function laneSum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

/** out [rows, vectors] = X [rows, width] V^T, V [vectors, width]; `rows` and `vectors` are multiples of 4. Two rows by four vectors at a time. */
export function multiplyTransposed(x: usize, rows: i32, width: i32, v: usize, vectors: i32, out: usize): void {
  const stride = <usize>width << 2;
  const outStride = <usize>vectors << 2;
  for (let i = 0; i < rows; i += 2) {
    const a = x + <usize>i * stride;
    const b = a + stride;
    for (let j = 0; j < vectors; j += 4) {
      const v0 = v + <usize>j * stride;
      const v1 = v0 + stride;
      const v2 = v1 + stride;
      const v3 = v2 + stride;
      let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
      let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
      for (let k: usize = 0; k < stride; k += 16) {
        const xa = v128.load(a + k);
        const xb = v128.load(b + k);
        const w0 = v128.load(v0 + k);
        const w1 = v128.load(v1 + k);
        const w2 = v128.load(v2 + k);
        const w3 = v128.load(v3 + k);
        a0 = f32x4.add(a0, f32x4.mul(xa, w0));
        a1 = f32x4.add(a1, f32x4.mul(xa, w1));
        a2 = f32x4.add(a2, f32x4.mul(xa, w2));
        a3 = f32x4.add(a3, f32x4.mul(xa, w3));
        b0 = f32x4.add(b0, f32x4.mul(xb, w0));
        b1 = f32x4.add(b1, f32x4.mul(xb, w1));
        b2 = f32x4.add(b2, f32x4.mul(xb, w2));
        b3 = f32x4.add(b3, f32x4.mul(xb, w3));
      }
      const o = out + <usize>i * outStride + (<usize>j << 2);
      storeSums(o, a0, a1, a2, a3);
      storeSums(o + outStride, b0, b1, b2, b3);
    }
  }
}

// @ts-ignore: decorator
@inline
function storeSums(out: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  store<f32>(out, laneSum(s0));
  store<f32>(out, laneSum(s1), 4);
  store<f32>(out, laneSum(s2), 8);
  store<f32>(out, laneSum(s3), 12);
}

/** out [vectors, width] = Y^T X, Y [rows, vectors], X [rows, width]; `rows` and `vectors` are multiples of 4. Four rows by two vectors at a time. */
export function transposedMultiply(y: usize, vectors: i32, x: usize, rows: i32, width: i32, out: usize): void {
  const stride = <usize>width << 2;
  const step = <usize>vectors << 2;
  memory.fill(out, 0, <usize>vectors * stride);
  for (let i = 0; i < rows; i += 4) {
    const x0 = x + <usize>i * stride;
    const x1 = x0 + stride;
    const x2 = x1 + stride;
    const x3 = x2 + stride;
    for (let j = 0; j < vectors; j += 2) {
      const at = y + <usize>i * step + (<usize>j << 2);
      const p0 = v128.load32_splat(at), q0 = v128.load32_splat(at, 4);
      const p1 = v128.load32_splat(at + step), q1 = v128.load32_splat(at + step, 4);
      const p2 = v128.load32_splat(at + 2 * step), q2 = v128.load32_splat(at + 2 * step, 4);
      const p3 = v128.load32_splat(at + 3 * step), q3 = v128.load32_splat(at + 3 * step, 4);
      const p = out + <usize>j * stride;
      const q = p + stride;
      for (let k: usize = 0; k < stride; k += 16) {
        const r0 = v128.load(x0 + k), r1 = v128.load(x1 + k), r2 = v128.load(x2 + k), r3 = v128.load(x3 + k);
        const sp = f32x4.add(f32x4.add(f32x4.mul(p0, r0), f32x4.mul(p1, r1)), f32x4.add(f32x4.mul(p2, r2), f32x4.mul(p3, r3)));
        const sq = f32x4.add(f32x4.add(f32x4.mul(q0, r0), f32x4.mul(q1, r1)), f32x4.add(f32x4.mul(q2, r2), f32x4.mul(q3, r3)));
        v128.store(p + k, f32x4.add(v128.load(p + k), sp));
        v128.store(q + k, f32x4.add(v128.load(q + k), sq));
      }
    }
  }
}
