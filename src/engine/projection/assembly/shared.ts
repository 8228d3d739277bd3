/** Addresses and sizes that instances on the same memory, one a thread, tell each other; who may read them when is the callers' to see to. */
import { allocate } from "./memory";

const places = 48;
let shared: usize = 0;

/** Where this instance shares; made at the first call. */
export function sharedAddress(): usize {
  if (shared == 0) shared = allocate(places << 3);
  return shared;
}

/** Joins another instance. */
export function useShared(address: usize): void {
  shared = address;
}

// @ts-ignore: decorator
@inline
export function share(place: i32, value: usize): void {
  store<usize>(shared + (<usize>place << 3), value);
}

// @ts-ignore: decorator
@inline
export function given(place: i32): usize {
  return load<usize>(shared + (<usize>place << 3));
}
