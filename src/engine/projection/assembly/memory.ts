/** Memory of one computation: taken piece by piece, given back as a whole when the instance goes. */

let top: usize = 0;

/** Address of `bytes` zeroed bytes, aligned to 64. Traps when the machine has no more. */
export function allocate(bytes: usize): usize {
  if (top == 0) top = (__heap_base + 63) & ~63;
  const start = top;
  top = (top + bytes + 63) & ~63;
  const missing = <i32>((top + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return start;
}
