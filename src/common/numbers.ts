/** A number as JSON holds it: NaN and the infinities, which JSON lacks, as strings. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** For writing: finite numbers stay, others become their names. */
export function toJsonNumber(x: number): JsonNumber {
  return Number.isFinite(x) ? x : (String(x) as JsonNumber);
}

/** For reading: the inverse of `toJsonNumber`. */
export function fromJsonNumber(x: JsonNumber): number {
  return typeof x === "number" ? x : Number(x);
}
