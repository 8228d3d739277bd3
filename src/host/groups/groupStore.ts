import path from "node:path";
import * as vscode from "vscode";
import type { GroupManifest } from "../../protocol/group.js";
import { groupFiles, isGroupLive, readGroup } from "../../runs/groupFile.js";

export interface ListedGroup {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: GroupManifest;
}

/** The groups of runs in the workspace, newest first; those that cannot be read are left out. */
export async function listGroups(): Promise<ListedGroup[]> {
  const files = await vscode.workspace.findFiles(`**/${groupFiles.manifest}`, "**/{node_modules,.git}/**");
  const read = files.map(async (uri): Promise<ListedGroup[]> => {
    const folder = path.dirname(uri.fsPath);
    const manifest = await readGroup(folder).catch(() => null);
    return manifest === null ? [] : [{ folder, manifest }];
  });
  return (await Promise.all(read)).flat().sort((a, b) => (a.manifest.created < b.manifest.created ? 1 : -1));
}

/** A group in a quick pick. */
export function groupItem({ folder, manifest }: ListedGroup): vscode.QuickPickItem & { readonly folder: string } {
  const { name, kind, members, state } = manifest;
  const words = { seeds: "seeds", folds: "folds", independent: "members", snapshot: "snapshots" }[kind];
  const standing = state === "running" && !isGroupLive(manifest) ? "not followed" : state;
  return { label: name, description: `${members.length} ${words} · ${standing}`, detail: path.basename(folder), folder };
}
