/** The computations of `assembly/`, compiled to WebAssembly with SIMD: an instance holds one projection's memory. */

/** Bytes of `dist/wasm/tsne.wasm`, or the module made of them. The engine reads no files: whoever calls brings it. */
export type ProjectionWasm = WebAssembly.Module | Uint8Array<ArrayBuffer>;

/** Addresses are bytes from the start of `memory`. See assembly/ for what each does. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  multiplyTransposed(x: number, rows: number, width: number, v: number, vectors: number, out: number): void;
  transposedMultiply(y: number, vectors: number, x: number, rows: number, width: number, out: number): void;
  nearestNeighbours(points: number, norms: number, rows: number, width: number, k: number, first: number, indices: number, distances: number, scratch: number): void;
  setUp(rows: number, entries: number): void;
  layoutAddress(): number;
  startsAddress(): number;
  columnsAddress(): number;
  valuesAddress(): number;
  iterate(angle: number, exaggeration: number, rate: number, momentum: number): number;
}

/** A fresh instance. A module is compiled once and may be shared. */
export function instantiateKernels(wasm: ProjectionWasm): Kernels {
  const module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
  return new WebAssembly.Instance(module).exports as unknown as Kernels;
}

/** Values at an address. Growing the memory detaches it: ask again after `allocate`. */
export function floatsAt(kernels: Kernels, address: number, length: number): Float32Array {
  return new Float32Array(kernels.memory.buffer, address, length);
}

export function integersAt(kernels: Kernels, address: number, length: number): Int32Array {
  return new Int32Array(kernels.memory.buffer, address, length);
}

/** The next multiple of 4: rows are read four values at a time. */
export function roundUp4(n: number): number {
  return (n + 3) & ~3;
}
