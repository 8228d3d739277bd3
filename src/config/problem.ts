import type { TextRange } from "../common/errors.js";
import type { Fix } from "../protocol/finding.js";

/** Something about the file that keeps it from being run: it breaks its page. Always an error. */
export interface FileProblem {
  /** Stable and kebab-case: `unknown-key`, `wrong-type`, `out-of-range`, `not-supported-yet`, `yaml-tab` ... */
  readonly code: string;
  /** What is wrong, and what is allowed. */
  readonly message: string;
  /** Where: the path of the value, or of the mapping that lacks a key. */
  readonly path: string;
  readonly range: TextRange;
  readonly fixes: readonly Fix[];
}
