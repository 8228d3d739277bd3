import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescentError } from "../../common/errors.js";
import type { Overrides } from "../../config/edit/overrides.js";
import type { GroupManifest } from "../../protocol/group.js";
import { groupFiles, writeGroup } from "../../runs/groupFile.js";
import { createRunFolder, runName } from "../../runs/runFolder.js";
import type { GroupPlan } from "./planMembers.js";

export interface NewGroup {
  readonly runsFolder: string;
  /** Training file, its text, and values set from outside. */
  readonly source: { readonly file: string; readonly text: string; readonly overrides: Overrides };
  readonly plan: GroupPlan;
  readonly executor: GroupManifest["executor"];
}

/** Makes a group's folder, with the training file as it is and its manifest: nothing runs yet. Throws `runs-folder-unwritable`. */
export function createGroup({ runsFolder, source, plan, executor }: NewGroup): { readonly folder: string; readonly manifest: GroupManifest } {
  const name = runName(source.file);
  const now = new Date();
  const folder = createRunFolder(runsFolder, name, now);
  const manifest: GroupManifest = {
    version: 1, id: path.basename(folder), name, file: source.file, storedFile: path.basename(source.file), overrides: { ...source.overrides },
    created: now.toISOString(), updated: now.toISOString(), kind: plan.kind, state: "stopped", executor, pid: null, host: os.hostname(), members: [...plan.members], summary: null,
  };
  try {
    fs.mkdirSync(path.join(folder, groupFiles.members));
    fs.writeFileSync(path.join(folder, manifest.storedFile), source.text);
    writeGroup(folder, manifest);
  } catch (thrown) {
    throw new DescentError("runs-folder-unwritable", `The runs of ${name} cannot be written to ${folder}: ${(thrown as Error).message}`, { file: folder }, { cause: thrown });
  }
  return { folder, manifest };
}
