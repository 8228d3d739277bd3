import { stat } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { dataFilesOf } from "../../config/editor/dataFiles.js";
import type { FileLook } from "../../files/lookAtFile.js";
import { pathsFolderOf } from "../../runs/storedCopy.js";

/** Looks at the beginnings of the files that training files name; a look is kept until its file changes. Nothing is read in workspaces that are not trusted. */
export class DataLooks {
  private readonly kept = new Map<string, { readonly stamp: string; readonly look: Promise<FileLook> }>();

  /** The first file that `data.train`, `data.validation` or `data.test` names, as it is; null where it cannot be read. */
  async of(document: vscode.TextDocument, part: "train" | "validation" | "test" = "train"): Promise<{ readonly name: string; readonly look: FileLook } | null> {
    if (!vscode.workspace.isTrusted) return null;
    const [name] = dataFilesOf(document.getText(), part);
    if (name === undefined) return null;
    const file = path.resolve(pathsFolderOf(document.uri.fsPath), name);
    try {
      const { mtimeMs, size } = await stat(file);
      const stamp = `${mtimeMs}/${size}`;
      let known = this.kept.get(file);
      if (known?.stamp !== stamp) {
        const { lookAtFile } = await import("../../files/lookAtFile.js");
        known = { stamp, look: lookAtFile(file) };
        this.kept.set(file, known);
      }
      return { name, look: await known.look };
    } catch {
      return null; // the rules that read the data say why
    }
  }
}
