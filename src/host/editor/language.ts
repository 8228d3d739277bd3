/** The training file's language for the editor: the only place of the host that asks `config` and `rules` about a text. */
import type { TextRange } from "../../common/errors.js";
import { textEdits, type TextEdit } from "../../config/edit/textEdits.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import type { Edit, Finding } from "../../protocol/finding.js";
import { filePage } from "../../rules/findings.js";
import { runLint } from "../../rules/runRules.js";
import type { RuleSettings } from "../../rules/settings.js";

/** A text as a training file. */
export interface ReadFile {
  /** Where a path (`optimizer.adam.lr`) stands, or its nearest parent where the file lacks it. */
  locate(path: string): TextRange;
  /** What is wrong with the file, without its data. */
  lint(settings: RuleSettings): readonly Finding[];
  /** Edits by path as changes of the text, which keep its comments. Throws what cannot be edited: `wrong-path`, a syntax error. */
  edit(edits: readonly Edit[]): readonly TextEdit[];
}

export function readTrainingFile(text: string, file: string): ReadFile {
  const parsed = parseTrainingFile(text, { file });
  return {
    locate: parsed.locate,
    lint: (settings) => runLint(parsed, settings),
    edit: (edits) => textEdits(text, edits, file),
  };
}

/** Whether a finding is a rule's, which can be turned off, and not a problem of the file or the result of a check. */
export function isRuleFinding(finding: Finding): boolean {
  return finding.page !== "" && finding.page !== filePage;
}
