/** Links that open a run at a step: `vscode://descent.descent/run?folder=...&step=412`. */
import path from "node:path";
import * as vscode from "vscode";
import { DescentError } from "../../common/errors.js";
import { extensionId } from "../../contributions.js";
import { readManifest } from "../../runs/manifestFile.js";
import { showError } from "../errors.js";
import type { Host } from "../host.js";
import { parseRunLink, runLinkQuery } from "./runLinkQuery.js";

/** Puts the link into the clipboard, and says so. */
export async function copyLink(folder: string, step: number): Promise<void> {
  const plain = vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: extensionId, path: "/run", query: runLinkQuery({ folder, step }) });
  // an editor in a browser wraps it in an address of its own
  await vscode.env.clipboard.writeText(String(await vscode.env.asExternalUri(plain)));
  vscode.window.setStatusBarMessage(`Link to step ${step} copied`, 4000);
}

/** Follows links: opens the run's panel, with the cursor of its charts at the step. */
export function followLinks(host: Host): vscode.Disposable {
  return vscode.window.registerUriHandler({
    async handleUri(uri) {
      try {
        await follow(host, uri);
      } catch (thrown) {
        await showError(host.log, `Following ${uri.path}`, thrown);
      }
    },
  });
}

async function follow(host: Host, uri: vscode.Uri): Promise<void> {
  const link = uri.path === "/run" ? parseRunLink(uri.query) : null;
  if (!link) throw new DescentError("link-unreadable", "The link does not say which run to open. Copy it again from a run's chart.");
  if (!path.isAbsolute(link.folder)) throw new DescentError("link-unreadable", "The link names no folder on this machine.");
  const manifest = await readManifest(link.folder);
  const known = host.store.runs.find((run) => run.folder === link.folder);
  const panel = host.panels.open(known ?? { folder: link.folder, manifest, live: null });
  if (link.step !== null) panel.showStep(link.step);
}
