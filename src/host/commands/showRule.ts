import fs from "node:fs";
import * as vscode from "vscode";
import { DescentError } from "../../common/errors.js";
import { rulePageUri } from "../editor/rulePages.js";
import type { Host } from "../host.js";

/** Shows the page of a rule, by its id, beside what is open. */
export async function showRule(host: Host, rule: unknown): Promise<void> {
  const uri = typeof rule === "string" && /^[a-z0-9-]+$/.test(rule) ? rulePageUri(host.extensionUri, rule) : null;
  if (!uri || !fs.existsSync(uri.fsPath)) throw new DescentError("no-such-page", `There is no page for ${String(rule)}.`);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}
