import * as vscode from "vscode";
import { commands } from "../../contributions.js";

/** The file of a page (`media/rules/NAME.md`); null for what is none. */
export function rulePageUri(extension: vscode.Uri, page: unknown): vscode.Uri | null {
  return typeof page === "string" && /^media\/rules\/[a-z0-9-]+\.md$/.test(page) ? vscode.Uri.joinPath(extension, ...page.split("/")) : null;
}

/** A link that opens a page. */
export function rulePageLink(page: string): vscode.Uri {
  return vscode.Uri.parse(`command:${commands.showRule.id}?${encodeURIComponent(JSON.stringify([page]))}`);
}
