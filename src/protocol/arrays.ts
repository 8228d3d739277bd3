import { z } from "zod";

// A message can hold thousands of numbers. The schema of an array checks each through a call of its own, which kept the event loop of
// the host for 20 ms a message; a plain loop takes microseconds.
const arrayOf = <T>(what: string, holds: (value: unknown) => boolean) =>
  z.custom<T[]>((value) => Array.isArray(value) && value.every(holds), { message: `expected an array of ${what}` });

/** Numbers, none of them NaN or infinite, as JSON has them. */
export const numbersSchema = arrayOf<number>("numbers", Number.isFinite);

/** Integers that a double holds exactly. */
export const integersSchema = arrayOf<number>("integers", Number.isSafeInteger);

/** Numbers in JSON; NaN and the infinities are strings. */
export const jsonNumbersSchema = arrayOf<number | "NaN" | "Infinity" | "-Infinity">(
  "numbers",
  (value) => Number.isFinite(value) || value === "NaN" || value === "Infinity" || value === "-Infinity",
);
