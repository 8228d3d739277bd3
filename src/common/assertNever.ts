/** Ends a switch over a tagged union: the compiler proves that nothing is left, and a message from elsewhere is named. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
