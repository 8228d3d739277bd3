import type { TextRange } from "../common/errors.js";
import type { Fix } from "../protocol/finding.js";

/** What can be wrong with a file, by code: codes are stable, users search for them. */
export const problemCodes = {
  "empty-file": "The file holds nothing.",
  "file-too-large": "The file is too large for a training file; data belong in files of their own.",
  "yaml-tab": "A tab indents a line; YAML allows spaces only.",
  "yaml-syntax": "The file is no YAML.",
  "json-syntax": "The file is no JSON.",
  "duplicate-key": "A key is written twice in one place.",
  "duplicate-name": "A name that two layers have.",
  "unknown-key": "A key that does not exist there.",
  "unknown-value": "A word that is none of those allowed.",
  "unknown-layer": "A layer that does not exist.",
  "unknown-loss": "A loss that does not exist.",
  "unknown-optimizer": "An optimizer that does not exist.",
  "unknown-schedule": "A schedule that does not exist.",
  "unknown-augmentation": "An augmentation that does not exist.",
  "not-supported-yet": "A key, kind or value that is planned and not built yet.",
  "missing-key": "A key that must be there is not.",
  "missing-value": "A key without a value.",
  "misplaced-key": "An argument that stands beside its kind instead of below it.",
  "conflicting-keys": "Keys that exclude each other.",
  "wrong-type": "A value of the wrong type.",
  "out-of-range": "A value outside its range.",
  "wrong-path": "A path (of `--set`, of an edit) that leads nowhere.",
  "empty-range": "A range or list of values to search that holds nothing, or whose ends are the wrong way round.",
  "log-of-zero": "A logarithmic range that reaches zero or below.",
  "unknown-metric": "A metric to search by that this file does not measure.",
  "wrong-override": "A `--set` that is no `path=value`.",
  "rule-setting": "A setting of a rule that does not exist or has the wrong type.",
} as const satisfies Record<string, string>;
export type ProblemCode = keyof typeof problemCodes;

/** Something about the file that keeps it from being run: it breaks its page. Always an error. */
export interface FileProblem {
  readonly code: ProblemCode;
  /** What is wrong, and what is allowed. */
  readonly message: string;
  /** Where: the path of the value, or of the mapping that lacks a key. */
  readonly path: string;
  readonly range: TextRange;
  readonly fixes: readonly Fix[];
}
