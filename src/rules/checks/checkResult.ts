import type { Category } from "../../protocol/finding.js";

/** What a short experiment found. */
export interface CheckResult {
  readonly passed: boolean;
  readonly message: string;
  readonly figures: Readonly<Record<string, number | string>>;
  /** For a failure: what most likely causes it, and where in the file that is. */
  readonly cause: { readonly category: Category; readonly path: string; readonly confidence: number } | null;
}
