/** The little statistics that experiments need. */
import type { JsonNumber } from "../../common/numbers.js";

/** Of an empty list NaN. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample (n - 1); 0 for fewer than two values. */
export function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Standard error of a mean. */
export function standardError(values: readonly number[]): number {
  return deviationOf(values) / Math.sqrt(values.length);
}

/** Three significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** As figures hold it: four significant digits, names for what is not finite. */
export function figure(value: number): JsonNumber {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : (String(value) as JsonNumber);
}
