/** The training file's language for the editor: the only place of the host that asks `config` and `rules`. */
import type { TextRange } from "../../common/errors.js";
import { textEdits, type TextEdit } from "../../config/edit/textEdits.js";
import { parseTrainingFile } from "../../config/parseTrainingFile.js";
import type { FileProblem } from "../../config/problem.js";
import type { Edit, Finding } from "../../protocol/finding.js";

/** A text as a training file. */
export interface ReadFile {
  /** Where a path (`optimizer.adam.lr`) stands, or its nearest parent where the file lacks it. */
  locate(path: string): TextRange;
  /** What is wrong with the file, without its data. */
  lint(rules: Readonly<Record<string, unknown>>): readonly Finding[];
  /** Edits by path as changes of the text, which keep its comments. Throws what cannot be edited: `wrong-path`, a syntax error. */
  edit(edits: readonly Edit[]): readonly TextEdit[];
}

export function readTrainingFile(text: string, file: string): ReadFile {
  const parsed = parseTrainingFile(text, { file });
  return {
    locate: parsed.locate,
    edit: (edits) => textEdits(text, edits, file),
    lint: () => parsed.problems.map((problem) => problemFinding(problem, file)),
  };
}

/** A file that breaks its page, as a finding: there is no rule behind it and no page. */
function problemFinding({ code, message, path, range, fixes }: FileProblem, file: string): Finding {
  return {
    rule: code, severity: "error", problem: "learning", category: "system", message, evidence: {}, confidence: 1,
    step: null, state: "open", file, path, range, fixes: [...fixes], page: "",
  };
}
