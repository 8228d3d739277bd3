/** The computations of `assembly/`, compiled to WebAssembly with SIMD: an instance holds one projection's memory. */

/** Bytes of `dist/wasm/tsne.wasm`, or the module made of them. The engine reads no files: whoever calls brings it. */
export type ProjectionWasm = WebAssembly.Module | Uint8Array<ArrayBuffer>;

/** Addresses are bytes from the start of `memory`. See assembly/ for what each does. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  multiplyTransposed(x: number, rows: number, width: number, v: number, vectors: number, out: number): void;
  transposedMultiply(y: number, vectors: number, x: number, rows: number, width: number, out: number): void;
  setUpSearch(rows: number, width: number, k: number, units: number, stretches: number, threads: number): void;
  searchPoints(): number;
  searchNorms(): number;
  searchUnitsAddress(): number;
  searchStretches(): number;
  searchIndices(): number;
  searchDistances(): number;
  shareSearch(): void;
  adoptSearch(): void;
  searchUnits(first: number, end: number, thread: number): void;
  setUp(rows: number, entries: number, threads: number): void;
  layoutAddress(): number;
  startsAddress(): number;
  columnsAddress(): number;
  valuesAddress(): number;
  plant(): number;
  attract(first: number, end: number): void;
  repelLeaves(first: number, end: number, angle: number): void;
  move(exaggeration: number, rate: number, momentum: number): number;
  shareLayout(): void;
  adoptLayout(thread: number): void;
  setUpUmap(rows: number, edges: number): void;
  umapLayout(): number;
  umapEdges(): number;
  umapTable(): number;
  seedUmap(seed: number): void;
  umapEpochs(from: number, to: number, total: number, rate: number, negatives: number): void;
  sharedAddress(): number;
  useShared(address: number): void;
}

/** Pages of 64 KiB that a computation may take: 2 GiB. As the module declares. */
const mostPages = 32_768;
const firstPages = 16;

/** A fresh instance, of a memory of its own unless it joins another's. A module is compiled once and may be shared. */
export function instantiateKernels(wasm: ProjectionWasm, memory = newMemory()): Kernels {
  const module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...(exports as unknown as Kernels), memory };
}

function newMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: firstPages, maximum: mostPages, shared: true });
}

/** Values at an address. Growing the memory may leave a view too short: ask again after `allocate`. */
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
