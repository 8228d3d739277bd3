import { pathToFileURL } from "node:url";
import type { Finding, Severity } from "../protocol/finding.js";
import { version } from "../../package.json";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** Findings as a SARIF 2.1.0 log (OASIS), which code hosts and CI systems show in place. */
export function toSarif(findings: readonly Finding[]): Record<string, unknown> {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Descent", version, rules: [...new Set(findings.map(({ rule }) => rule))].map((id) => ({ id })) } },
        columnKind: "utf16CodeUnits",
        results: findings.map(resultOf),
      },
    ],
  };
}

function resultOf({ rule, severity, message, file, range }: Finding): Record<string, unknown> {
  const region = range && { startLine: range.start.line, startColumn: range.start.column, endLine: range.end.line, endColumn: range.end.column };
  const artifactLocation = file === null ? null : { uri: pathToFileURL(file).href };
  return {
    ruleId: rule,
    level: levels[severity],
    message: { text: message },
    locations: artifactLocation ? [{ physicalLocation: { artifactLocation, ...(region ? { region } : {}) } }] : [],
  };
}
