/** Searches, repeats and ensembles in the Runs view: one node each, with its runs within. */
import * as vscode from "vscode";
import { commands } from "../../contributions.js";
import type { Part, Whole } from "../../trials/wholes.js";
import { since } from "../runs/describe.js";

/** A search, repeat or ensemble in the view. */
export interface WholeNode {
  readonly wholeFolder: string;
}

/** A run within one. */
export interface PartNode {
  readonly runFolder: string;
  readonly part: Part;
}

const nouns = { seeds: "seeds", folds: "folds", independent: "members", snapshot: "snapshots", search: "trials" } as const;

/** `8 of 20 trials, running · best validation/loss 0.21, trial 7 · 5 min ago`. */
function wholeText({ state, runs, done, failed, kind, result, executor, created }: Whole, now: number): string {
  const count = state === "finished" ? `${runs} ${nouns[kind]}` : `${done} of ${runs} ${nouns[kind]}, ${state}`;
  return [`${count}${failed > 0 ? `, ${failed} failed` : ""}${executor === "slurm" ? " on Slurm" : ""}`, result, since(created, now)].filter(Boolean).join(" · ");
}

export function wholeItem(whole: Whole, now: number): vscode.TreeItem {
  const { folder, kind, name, state } = whole;
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `whole\n${folder}`;
  item.description = wholeText(whole, now);
  item.iconPath = state === "running" || state === "stopping" ? new vscode.ThemeIcon("loading~spin", new vscode.ThemeColor("charts.blue")) : new vscode.ThemeIcon(kind === "search" ? "telescope" : "layers", new vscode.ThemeColor(state === "failed" ? "testing.iconFailed" : "icon.foreground"));
  item.contextValue = "whole";
  item.tooltip = `${name}\n${item.description}\n${folder}`;
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  item.command = kind === "search" ? { command: commands.openSearch.id, title: commands.openSearch.title, arguments: [{ searchFolder: folder }] } : { command: commands.openGroup.id, title: commands.openGroup.title, arguments: [{ groupFolder: folder }] };
  return item;
}

const icons: Readonly<Record<Part["state"], readonly [string, string]>> = {
  waiting: ["clock", "descriptionForeground"], running: ["loading~spin", "charts.blue"], stopping: ["loading~spin", "charts.blue"], finished: ["pass", "testing.iconPassed"],
  "finished early": ["pass", "testing.iconPassed"], stopped: ["circle-slash", "descriptionForeground"], failed: ["error", "testing.iconFailed"],
};

export function partItem(node: PartNode): vscode.TreeItem {
  const { label, state, figure, folder } = node.part;
  const item = new vscode.TreeItem(label);
  item.id = folder;
  item.description = [figure, state === "finished" ? "" : state].filter(Boolean).join(" · ");
  const [icon, colour] = icons[state];
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));
  item.contextValue = "part";
  item.tooltip = folder;
  item.accessibilityInformation = { label: `${label}, ${state} ${figure}` };
  if (state !== "waiting") item.command = { command: commands.openRun.id, title: commands.openRun.title, arguments: [{ runFolder: folder }] };
  return item;
}
