/** An IDX file of bytes: magic number 0x0008, rank, dimensions, elements (LeCun's page of MNIST). */
export function idxFile(dims: readonly number[], elements: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dims.length + elements.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, 8);
  view.setUint8(3, dims.length);
  dims.forEach((dim, i) => view.setUint32(4 + 4 * i, dim));
  bytes.set(elements, 4 + 4 * dims.length);
  return bytes;
}
