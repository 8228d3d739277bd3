import path from "node:path";
import { pathToFileURL } from "node:url";
import { textEdits } from "../config/edit/textEdits.js";
import type { Finding, Fix, Severity } from "../protocol/finding.js";
import { ruleOf } from "../rules/registry.js";
import { version } from "../../package.json";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** What a log is written from: the findings, and the text of the files that they are about, by path, from which fixes are told. */
export interface SarifSource {
  readonly findings: readonly Finding[];
  readonly texts: ReadonlyMap<string, string>;
  /** Absolute; files below it are told relative to it, as code hosts want them. */
  readonly root: string;
  /** Folder in which the pages of rules are; absolute. */
  readonly pages: string;
}

/** Findings as a SARIF 2.1.0 log (OASIS), which code hosts and CI systems show in place. */
export function toSarif(source: SarifSource): Record<string, unknown> {
  const { findings, root } = source;
  const ids = [...new Set(findings.map(({ rule }) => rule))];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Descent", version, rules: ids.map((id) => descriptorOf(id, source)) } },
        originalUriBaseIds: { SRCROOT: { uri: pathToFileURL(`${root}${path.sep}`).href } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.rule), source)),
      },
    ],
  };
}

/** A rule as a `reportingDescriptor`; what keeps a file from being run at all has a code and no rule. */
function descriptorOf(id: string, { findings, pages }: SarifSource): Record<string, unknown> {
  const rule = ruleOf(id);
  const first = findings.find((finding) => finding.rule === id)!;
  const common = { id, name: id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()), ...(first.page === "" ? {} : { helpUri: pathToFileURL(path.join(pages, path.basename(first.page))).href }) };
  if (rule === null) return { ...common, defaultConfiguration: { level: levels[first.severity] } };
  return {
    ...common,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why}\n\n${rule.what}`, markdown: `${rule.why}\n\n**What to do:** ${rule.what}\n\n${rule.sources.map((one) => `* ${one}`).join("\n")}` },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: [rule.problem, rule.category] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, source: SarifSource): Record<string, unknown> {
  const { rule, severity, message, file, range, confidence } = finding;
  const fixes = finding.fixes.flatMap((fix) => fixOf(fix, file, source));
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: message },
    locations: file === null ? [] : [{ physicalLocation: { artifactLocation: locationOf(file, source), ...(range ? { region: regionOf(range) } : {}) } }],
    ...(fixes.length === 0 ? {} : { fixes }),
    properties: { confidence },
  };
}

function fixOf({ title, edits }: Fix, file: string | null, source: SarifSource): Record<string, unknown>[] {
  const text = file === null ? undefined : source.texts.get(file);
  if (file === null || text === undefined) return [];
  const replacements = textEdits(text, edits, file).map(({ range, newText }) => ({ deletedRegion: regionOf(range), insertedContent: { text: newText } }));
  return replacements.length === 0 ? [] : [{ description: { text: title }, artifactChanges: [{ artifactLocation: locationOf(file, source), replacements }] }];
}

function regionOf({ start, end }: NonNullable<Finding["range"]>): Record<string, number> {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function locationOf(file: string, { root }: SarifSource): Record<string, string> {
  const relative = path.relative(root, file);
  if (relative.startsWith("..") || path.isAbsolute(relative)) return { uri: pathToFileURL(file).href };
  return { uri: relative.split(path.sep).map(encodeURIComponent).join("/"), uriBaseId: "SRCROOT" };
}
