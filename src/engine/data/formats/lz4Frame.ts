/** The LZ4 frame format as Arrow uses it, with linked blocks: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md. Checksums are not looked at. */

/** Decompresses one frame to `length` bytes. @throws Error where it is broken */
export function decompressLz4Frame(frame: Uint8Array, length: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("it is no LZ4 frame");
  const flags = frame[4];
  const [blockChecksums, contentSize, dictionary] = [(flags & 0x10) !== 0, (flags & 0x08) !== 0, (flags & 0x01) !== 0];
  const output = new Uint8Array(length);
  let [at, written] = [7 + (contentSize ? 8 : 0) + (dictionary ? 4 : 0), 0];
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) break;
    const bytes = size & 0x7fffffff;
    if (at + bytes > frame.length) throw new Error("an LZ4 block is cut off");
    if (size >= 2 ** 31) {
      if (written + bytes > length) throw new Error("an LZ4 frame is longer than it says");
      output.set(frame.subarray(at, at + bytes), written);
      written += bytes;
    } else written = decompressBlock(frame.subarray(at, at + bytes), output, written);
    at += bytes + (blockChecksums ? 4 : 0);
  }
  if (written !== length) throw new Error(`an LZ4 frame has ${written} bytes where ${length} are expected`);
  return output;
}

/** A block into `output` from `start` on; matches may reach back into earlier blocks. Returns where it ends. */
function decompressBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let [from, to] = [0, start];
  const longer = (nibble: number): number => {
    let count = nibble;
    if (nibble < 15) return count;
    let byte: number;
    do {
      if (from >= block.length) throw new Error("an LZ4 block is broken");
      byte = block[from++];
      count += byte;
    } while (byte === 255);
    return count;
  };
  while (from < block.length) {
    const token = block[from++];
    const literals = longer(token >> 4);
    if (from + literals > block.length || to + literals > output.length) throw new Error("an LZ4 block is broken");
    output.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= block.length) break; // the last sequence has literals alone
    const distance = block[from] | (block[from + 1] << 8);
    from += 2;
    const length = longer(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > output.length) throw new Error("an LZ4 block is broken");
    for (let i = 0; i < length; i++, to++) output[to] = output[to - distance];
  }
  return to;
}
