import * as vscode from "vscode";
import type { ParsedFile } from "../../config/parseTrainingFile.js";

/** Where several runs of a file are executed: asked where it has a `cluster` section, this machine otherwise; undefined: the question was closed. */
export async function askWhere({ source, group }: ParsedFile): Promise<"local" | "slurm" | undefined> {
  if (group === null || !source.yaml.has("cluster")) return "local";
  const { partition, account, time, cores, gpus, memory } = group.cluster;
  const asked = Object.entries({ partition, account, time, cores, gpus, memory }).flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`])).join(", ");
  const items = [
    { label: "$(server) As jobs of Slurm", description: asked, detail: "They go on when the window is closed; the panel finds them again.", where: "slurm" as const },
    { label: "$(device-desktop) On this machine", description: "", detail: "They end, with checkpoints, half a minute after the window is gone.", where: "local" as const },
  ];
  return (await vscode.window.showQuickPick(items, { title: "Where are the runs to be executed?", placeHolder: "Where are the runs to be executed?" }))?.where;
}
