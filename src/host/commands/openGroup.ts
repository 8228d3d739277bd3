import * as vscode from "vscode";
import { groupItem, listGroups } from "../groups/groupStore.js";
import type { Host } from "../host.js";

/** Open Repeat or Ensemble: the panel of several runs of one file, picked from the workspace. */
export async function openGroup(host: Host, argument: unknown): Promise<void> {
  if (typeof argument === "object" && argument !== null && "groupFolder" in argument) return host.groups.open(String(argument.groupFolder));
  const groups = await listGroups();
  if (groups.length === 0) {
    void vscode.window.showInformationMessage("No repeat or ensemble has been trained here yet. Write repeat: 5 or ensemble: {} into a training file, and train it.");
    return;
  }
  const picked = groups.length === 1 ? groupItem(groups[0]) : await vscode.window.showQuickPick(groups.map(groupItem), { placeHolder: "Which runs are to be shown?", matchOnDetail: true });
  if (picked) host.groups.open(picked.folder);
}
