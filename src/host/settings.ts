/** The settings, typed: the only place that reads the editor's configuration. */
import * as vscode from "vscode";
import { settings } from "../contributions.js";
import type { TrainingConfig } from "../engine/training/config.js";
import { resolveRunsFolder } from "./runs/runsFolder.js";

function read<T>(setting: { readonly key: string; readonly schema: { readonly default: T } }, scope: vscode.Uri | null): T {
  return vscode.workspace.getConfiguration(undefined, scope).get<T>(setting.key, setting.schema.default);
}

/** Absolute path of the folder that gets the runs of a training file. */
export function runsFolderOf(file: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? null;
  return resolveRunsFolder(read<string>(settings.runsFolder, file), file.fsPath, folder);
}

/** The folder named in the settings for a workspace folder, where it says one and it lies elsewhere than beside the files; absolute. */
export function namedRunsFolder(folder: vscode.WorkspaceFolder): string | null {
  const named = read<string>(settings.runsFolder, folder.uri).trim();
  return named === "" ? null : resolveRunsFolder(named, folder.uri.fsPath, folder.uri.fsPath);
}

/** Device and threads for a file that leaves them open (`auto`); null: the file's own word, or Descent decides. */
export function computeSettings(file: Pick<TrainingConfig, "device" | "threads"> | null): { readonly device: string | null; readonly threads: number | null } {
  const device = read<string>(settings.device, null);
  const threads = read<number>(settings.threads, null);
  return {
    device: device !== "auto" && file?.device === "auto" ? device : null,
    threads: threads >= 1 && file?.threads === "auto" ? Math.floor(threads) : null,
  };
}

/** The index that CUDA support is fetched from, null: pip's; and the editor's proxy, null: pip's or the environment's. */
export function cudaSource(): { readonly index: string | null; readonly proxy: string | null } {
  const index = read<string>(settings.cudaIndex, null).trim();
  const proxy = vscode.workspace.getConfiguration("http").get<string>("proxy", "").trim();
  return { index: index === "" ? null : index, proxy: proxy === "" ? null : proxy };
}

/** Milliseconds between two updates of a panel, kept within the setting's limits. */
export function refreshInterval(): number {
  const { minimum, maximum } = settings.refreshInterval.schema;
  return Math.min(maximum, Math.max(minimum, read<number>(settings.refreshInterval, null)));
}

/** Which parts of the hints behind layers are shown. */
export function hintsFor(file: vscode.Uri): { readonly outputShape: boolean; readonly parameters: boolean; readonly operations: boolean } {
  return { outputShape: read<boolean>(settings.hintShape, file), parameters: read<boolean>(settings.hintParameters, file), operations: read<boolean>(settings.hintOperations, file) };
}

/** What the settings say about rules, for a file: rule id to severity or options. */
export function rulesFor(file: vscode.Uri): Record<string, JsonValue> {
  return { ...read<Record<string, JsonValue>>(settings.rules, file) };
}

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
