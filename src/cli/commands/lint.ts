import { Option, type Command } from "commander";
import { DescentError, toDescentError } from "../../common/errors.js";
import { applyEdits } from "../../config/edit/textEdits.js";
import { parseTrainingFile, type ParsedFile } from "../../config/parseTrainingFile.js";
import { loadDataset } from "../../files/loadDataset.js";
import { withModelFiles } from "../../files/loadModelFiles.js";
import type { Edit, Finding } from "../../protocol/finding.js";
import { runDataRules, runLint } from "../../rules/runRules.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";
import { exitCodes } from "../exitCodes.js";
import { readTrainingFile } from "../input.js";
import { pagesFolder } from "../locations.js";
import { findingText, printError, printJson, printLine, relative } from "../output.js";
import { toSarif } from "../sarif.js";

interface LintOptions {
  readonly format: "text" | "json" | "sarif";
  readonly fix?: boolean;
  readonly data: boolean;
}

export function addLint(program: Command): void {
  program
    .command("lint")
    .description("what the training files, and their data, show before any training")
    .argument("<files...>", "training files")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "sarif"]).default("text"))
    .option("--fix", "apply the safe fixes")
    .option("--data", "look at the data too", true)
    .option("--no-data", "look at the files alone")
    .action(lint);
}

async function lint(names: readonly string[], { format, fix = false, data }: LintOptions): Promise<void> {
  const found: Finding[] = [];
  const texts = new Map<string, string>();
  let unreadable = false;
  for (const name of names) {
    try {
      const result = await lintFile(name, { fix, data });
      found.push(...result.findings);
      texts.set(result.file, result.text);
      for (const finding of result.findings) {
        if (format === "json") printJson({ event: "finding", ...finding });
        if (format === "text") printLine(findingText(finding));
      }
      for (const error of result.errors) printError(error);
      unreadable ||= result.errors.length > 0;
    } catch (thrown) {
      printError(thrown);
      unreadable = true;
    }
  }
  if (format === "sarif") printJson(toSarif({ findings: found, texts, root: process.cwd(), pages: pagesFolder() }));
  if (unreadable) process.exitCode = exitCodes.unusable;
  else process.exitCode = found.some(({ severity }) => severity === "error") ? exitCodes.findings : exitCodes.done;
}

interface LintResult {
  /** Path, and the text that was judged. */
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Data that could not be read: the file's own findings stand all the same. */
  readonly errors: readonly DescentError[];
}

async function lintFile(name: string, { fix, data }: { readonly fix: boolean; readonly data: boolean }): Promise<LintResult> {
  const { file, text } = await readTrainingFile(name);
  const result = await findingsOf(parse(text, file), data);
  const edits = fix ? safeEdits(result.findings) : [];
  if (edits.length === 0) return result;
  const fixed = applyEdits(text, edits, file);
  writeFixed(file, fixed);
  return findingsOf(parse(fixed, file), data);
}

/** Throws for what is no YAML (or JSON): nothing can be said about it. A key written twice can be read, and is a finding. */
function parse(text: string, file: string): ParsedFile {
  const parsed = parseTrainingFile(text, { file });
  const syntax = parsed.source.problems.find(({ code }) => code !== "duplicate-key");
  if (syntax) throw new DescentError(syntax.code, syntax.message, { file, range: syntax.range });
  return parsed;
}

async function findingsOf(parsed: ParsedFile, data: boolean): Promise<LintResult> {
  const findings = runLint(parsed);
  const { file, text } = parsed;
  if (!data || !parsed.config) return { file, text, findings, errors: [] };
  try {
    const folder = pathsFolderOf(parsed.file);
    const config = await withModelFiles(parsed.config, { folder });
    const dataset = await loadDataset(config, { folder, log: () => {} });
    return { file, text, findings: [...findings, ...runDataRules({ ...parsed, config }, dataset)], errors: [] };
  } catch (thrown) {
    const error = toDescentError(thrown);
    const at = error.location.file === undefined && error.location.path !== undefined ? { file: parsed.file, range: parsed.locate(error.location.path) } : { file: parsed.file };
    return { file, text, findings, errors: [error.at(at)] };
  }
}

/** The first safe fix of every finding. */
function safeEdits(findings: readonly Finding[]): Edit[] {
  return findings.flatMap(({ fixes }) => fixes.find(({ safe }) => safe)?.edits ?? []);
}

function writeFixed(file: string, text: string): void {
  try {
    writeFileAtomic(file, text);
  } catch (thrown) {
    throw new DescentError("file-unwritable", `${relative(file)} cannot be written: ${(thrown as Error).message}`, { file }, { cause: thrown });
  }
}
