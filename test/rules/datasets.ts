import path from "node:path";
import { loadDataset } from "../../src/files/loadDataset.js";
import { parseTrainingFile, type ParsedFile } from "../../src/config/parseTrainingFile.js";
import { runDataRules, runLint } from "../../src/rules/runRules.js";
import type { Finding } from "../../src/protocol/finding.js";

/** A training file that must be sound. */
export function soundFile(text: string, file = "a.train.yaml"): ParsedFile {
  const parsed = parseTrainingFile(text, { file });
  if (parsed.config === null) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return parsed;
}

/** Where examples of rules have their files. */
const examples = path.join(import.meta.dirname, "../../examples");

/** Everything that lint and the data rules find in a file. `folder`: where its relative paths start. */
export async function allFindings(text: string, folder = examples): Promise<Finding[]> {
  const parsed = soundFile(text);
  const dataset = await loadDataset(parsed.config!, { folder, log: () => undefined });
  return [...runLint(parsed), ...runDataRules(parsed, dataset)];
}
