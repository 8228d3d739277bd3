import fs from "node:fs";
import path from "node:path";
import type * as vscode from "vscode";

/** The built thread that writes reports. */
export function reportScript(extensionUri: vscode.Uri): string {
  return path.join(extensionUri.fsPath, "dist", "workers", "report.js");
}

/** The product's own version. */
export function versionOf(extensionUri: vscode.Uri): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(extensionUri.fsPath, "package.json"), "utf8")) as { readonly version: string };
  return version;
}
