import type { SerializedError } from "./errors.js";

/** The answer to a call that always settles: a value or an error, never a rejection. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SerializedError };
