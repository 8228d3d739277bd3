/** Commands on several runs at once: Compare, Save Report, and what a person writes on them. */
import path from "node:path";
import * as vscode from "vscode";
import { DescentError } from "../../common/errors.js";
import { writeReport } from "../../report/writeReport.js";
import { reportScript, versionOf } from "../compare/reportScript.js";
import type { Host } from "../host.js";
import { groupings, plainArrangement, sortings, type Arrangement } from "../runs/arrangeRuns.js";
import { summaryOf } from "../runs/describe.js";
import type { Run } from "../runs/run.js";
import { partsOf } from "../../trials/wholes.js";

/** Runs as columns: what differs in their files, what came of it, their curves over each other. */
export async function compareRuns(host: Host, argument: unknown, selected: unknown): Promise<void> {
  const runs = await pickRuns(host, argument, selected, { question: "Which runs are to be compared?", least: 2 });
  if (!runs) return;
  host.comparisons.open(runs.map(({ folder }) => folder));
}

/** Writes one HTML file of a run or a comparison where the user says. */
export async function saveReport(host: Host, argument: unknown, selected: unknown): Promise<void> {
  // a comparison in front asks for its own report
  const compared = argument === undefined && selected === undefined ? host.comparisons.active : undefined;
  const runs = compared ? compared.flatMap((folder) => host.store.get(folder) ?? []) : await pickRuns(host, argument, selected, { question: "Of which runs is a report wanted?", least: 1 });
  if (!runs || runs.length === 0) return;
  const name = runs.length === 1 ? `${runs[0].manifest.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}.html` : "comparison.html";
  const folder = vscode.workspace.workspaceFolders?.[0].uri ?? vscode.Uri.file(path.dirname(runs[0].folder));
  const target = await vscode.window.showSaveDialog({ title: "Save Report", defaultUri: vscode.Uri.joinPath(folder, name), filters: { HTML: ["html"] } });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(await page(host, runs, name)));
  const answer = await vscode.window.showInformationMessage(`The report is in ${path.basename(target.fsPath)}. It needs no network and opens in any browser.`, "Open in Browser");
  if (answer) await vscode.env.openExternal(target);
}

export async function tagRuns(host: Host, argument: unknown, selected: unknown): Promise<void> {
  const runs = await pickRuns(host, argument, selected, { question: "Which runs are to be tagged?", least: 1 });
  if (!runs) return;
  const folders = runs.map(({ folder }) => folder);
  const before = [...new Set(folders.flatMap((folder) => host.labels.of(folder).tags))];
  const text = await vscode.window.showInputBox({
    title: `Tags of ${runs.length === 1 ? runs[0].manifest.name : `${runs.length} runs`}`, value: before.join(", "), prompt: `Separated by commas; empty for none.${host.labels.tags.length > 0 ? ` In use: ${host.labels.tags.join(", ")}.` : ""}`,
  });
  if (text === undefined) return;
  const tags = [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];
  await host.labels.change(folders, (label) => ({ ...label, tags }));
}

export async function noteRun(host: Host, argument: unknown, selected: unknown): Promise<void> {
  const runs = await pickRuns(host, argument, selected, { question: "On which run is a note to be written?", least: 1 });
  if (!runs) return;
  const note = await vscode.window.showInputBox({ title: `Note on ${runs.length === 1 ? runs[0].manifest.name : `${runs.length} runs`}`, value: host.labels.of(runs[0].folder).note, prompt: "Empty for none." });
  if (note !== undefined) await host.labels.change(runs.map(({ folder }) => folder), (label) => ({ ...label, note: note.trim() }));
}

/** Puts runs away under "Archived", or takes them out when all of them are there. */
export async function archiveRuns(host: Host, argument: unknown, selected: unknown): Promise<void> {
  const runs = await pickRuns(host, argument, selected, { question: "Which runs are to be put away, or taken out again?", least: 1 });
  if (!runs) return;
  const archived = !runs.every(({ folder }) => host.labels.of(folder).archived);
  await host.labels.change(runs.map(({ folder }) => folder), (label) => ({ ...label, archived }));
}

const arrangementWords: { readonly [Key in "sort" | "group"]: Record<string, string> } = {
  sort: { newest: "Newest first", name: "By name", best: "Best value first", longest: "Longest first" },
  group: { none: "No groups", name: "Group by name", tag: "Group by tag", state: "Group by state" },
};

/** Filter, order and groups of the Runs view. */
export async function arrangeRunsView(host: Host): Promise<void> {
  const now = host.tree.arrangement;
  const choice = (key: "sort" | "group", value: string) => ({ label: arrangementWords[key][value], description: now[key] === value ? "as it is" : "", change: { [key]: value } as Partial<Arrangement> });
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, change: {} as Partial<Arrangement> });
  const items = [
    { label: "$(filter) Filter...", description: now.filter, change: null },
    ...(now.filter !== "" || now.sort !== "newest" || now.group !== "none" ? [{ label: "$(clear-all) Show all, newest first", description: "", change: plainArrangement as Partial<Arrangement> }] : []),
    separator("Order"), ...sortings.map((value) => choice("sort", value)),
    separator("Groups"), ...groupings.map((value) => choice("group", value)),
  ];
  const picked = await vscode.window.showQuickPick(items, { title: "Arrange the Runs View" });
  if (!picked) return;
  if (picked.change) return host.tree.arrange({ ...now, ...picked.change });
  const filter = await vscode.window.showInputBox({ title: "Filter Runs", value: now.filter, prompt: "Words of a name, folder, state, tag or note; empty for all runs." });
  if (filter !== undefined) host.tree.arrange({ ...now, filter });
}

interface RunsQuestion {
  readonly question: string;
  readonly least: number;
}

/** The runs that were selected in the view, or those that are picked. */
async function pickRuns(host: Host, argument: unknown, selected: unknown, { question, least }: RunsQuestion): Promise<Run[] | undefined> {
  const nodes = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : Array.isArray(argument) ? (argument as unknown[]) : argument === undefined || argument === null ? host.tree.selection : [argument];
  const folders = (await Promise.all(nodes.map((node) => runFoldersOf(host, node)))).flat();
  const named = folders.flatMap((folder) => host.store.get(folder) ?? []);
  if (named.length >= least) return named;
  const { runs } = host.store;
  if (runs.length < least) throw new DescentError("run-missing", least === 1 ? "There is no run yet. Open a training file and choose Train." : "There are fewer than two runs: there is nothing to compare yet.");
  const now = Date.now();
  const items = runs.map((run) => ({ label: run.manifest.name, description: summaryOf(run, now), detail: vscode.workspace.asRelativePath(run.folder), picked: named.includes(run), run }));
  const picked = await vscode.window.showQuickPick(items, { title: question, placeHolder: question, canPickMany: true, matchOnDescription: true, matchOnDetail: true });
  if (!picked) return undefined;
  if (picked.length < least) throw new DescentError("wrong-usage", least === 1 ? "No run was chosen." : "A comparison needs two runs or more.");
  return picked.map(({ run }) => run);
}

/** The runs that a node of the view stands for: its own, or those of a search, a repeat or an ensemble, which are taken into the store. */
async function runFoldersOf(host: Host, node: unknown): Promise<readonly string[]> {
  const { runFolder, wholeFolder } = (node ?? {}) as { readonly runFolder?: unknown; readonly wholeFolder?: unknown };
  const whole = typeof wholeFolder === "string" ? host.wholes.get(wholeFolder) : undefined;
  const folders = whole === undefined ? (typeof runFolder === "string" ? [runFolder] : []) : (await partsOf(whole)).map(({ folder }) => folder);
  await Promise.all(folders.filter((folder) => host.store.get(folder) === undefined).map((folder) => host.store.loadPart(folder)));
  return folders;
}

function page(host: Host, runs: readonly Run[], what: string): Thenable<string> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `Descent: ${what}` }, async (progress) => {
    progress.report({ message: "reading the runs" });
    const { html } = await writeReport(reportScript(host.extensionUri), { folders: runs.map(({ folder }) => folder), version: versionOf(host.extensionUri), look: "file" });
    return html;
  });
}
