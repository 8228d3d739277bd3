import * as vscode from "vscode";
import { commands } from "../../contributions.js";

/** The file of a rule's page. */
export function rulePageUri(extension: vscode.Uri, rule: string): vscode.Uri {
  return vscode.Uri.joinPath(extension, "media", "rules", `${rule}.md`);
}

/** A link that opens the rule's page. */
export function rulePageLink(rule: string): vscode.Uri {
  return vscode.Uri.parse(`command:${commands.showRule.id}?${encodeURIComponent(JSON.stringify([rule]))}`);
}
