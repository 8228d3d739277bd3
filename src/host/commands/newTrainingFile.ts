import path from "node:path";
import * as vscode from "vscode";
import { DescentError } from "../../common/errors.js";
import { chooseTensors } from "../../engine/data/formats/namedTensors.js";
import { lookAtFile, type ArrayLook } from "../../files/lookAtFile.js";
import { readHead } from "../../files/readHead.js";
import type { Host } from "../host.js";
import { lookAtImages, lookAtTable, type ColumnLook, type NewTask, type TableLook } from "../newFile/lookAtData.js";
import { generators, trainingFileText, type GeneratorName, type NewFileChoice } from "../newFile/trainingFileText.js";

/** Bytes of a file of images that are looked at: its header. */
const imagesHead = 1024;
/** Bytes of a labels file that are looked at. */
const labelsHead = 1024 * 1024;

const title = "New Training File";

/** Names of files that are offered. */
const dataFiles = ["*.csv", "*.csv.gz", "*.tsv", "*.parquet", "*.arrow", "*.feather", "*.jsonl", "*.ndjson", "*.npz", "*.safetensors", "*.txt", "*images*idx3*", "*images*idx3*.gz"];

/** New Training File: asks for the data and the task, writes a commented file beside the data, and opens it. */
export async function newTrainingFile(_host: Host, argument: unknown): Promise<vscode.Uri | undefined> {
  const source = argument instanceof vscode.Uri ? { uri: argument } : await pickSource();
  if (!source) return undefined;
  const choice = "uri" in source ? await describeFile(source.uri) : ({ kind: "generator", generator: source.generator } as const);
  if (!choice) return undefined;
  const folder = "uri" in source ? vscode.Uri.joinPath(source.uri, "..") : await pickFolder();
  if (!folder) return undefined;
  const file = await askName(folder, suggestedName(choice));
  if (!file) return undefined;
  await vscode.workspace.fs.writeFile(file, Buffer.from(trainingFileText(choice)));
  await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.One });
  return file;
}

async function pickSource(): Promise<{ readonly uri: vscode.Uri } | { readonly generator: GeneratorName } | undefined> {
  const found = await vscode.workspace.findFiles(`**/{${dataFiles.join(",")}}`, "**/{node_modules,runs}/**", 500);
  const files = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), iconPath: new vscode.ThemeIcon(/idx3/.test(uri.path) ? "file-media" : "table"), source: { uri } }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const made = (Object.keys(generators) as GeneratorName[]).map((generator) => ({
    label: generator, description: generators[generator].about, iconPath: new vscode.ThemeIcon("beaker"), source: { generator },
  }));
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items = [separator("data in this workspace"), ...files, separator("generated test data"), ...made];
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: "What is it to learn from?" });
  return picked && "source" in picked ? picked.source : undefined;
}

async function describeFile(uri: vscode.Uri): Promise<NewFileChoice | undefined> {
  const data = path.basename(uri.fsPath);
  const look = await lookAtFile(uri.fsPath);
  switch (look.kind) {
    case "text": return { kind: "text", data };
    case "images": {
      if (look.classes.length < 2) throw new DescentError("labels-missing", `The images of ${data} say no classes: put them into a folder a class.`, { file: uri.fsPath });
      return { kind: "folder", data, classes: look.classes.length, resize: true };
    }
    case "arrays": return look.format === "idx" ? describeImages(uri, data, (await readHead(uri.fsPath, imagesHead)).bytes) : describeArrays(uri, data, look.arrays);
    case "table": return describeTable(data, lookAtTable(look.table), look.whole);
  }
}

async function describeTable(data: string, look: TableLook, whole: boolean): Promise<NewFileChoice | undefined> {
  const target = await pickTarget(look.columns, look.target);
  const task = target && (await pickTask(target));
  if (!target || !task) return undefined;
  if (task === "regression") return { kind: "table", data, target: target.name, task };
  return { kind: "table", data, target: target.name, task, classes: Math.max(2, target.values), allRowsSeen: whole };
}

/** Inputs and targets of arrays by their names; how many classes there are is asked, since the arrays are not read. */
async function describeArrays(uri: vscode.Uri, data: string, arrays: readonly ArrayLook[]): Promise<NewFileChoice | undefined> {
  const { inputs, targets: [target] } = chooseTensors({ names: arrays.map(({ name }) => name), name: data, file: uri.fsPath }, { inputs: null, target: null }, "train");
  if (target === undefined) throw new DescentError("labels-missing", `${data} holds no array called label, target, class or y: say which one is the target in data.target, or name a file in data.labels.`, { file: uri.fsPath });
  const input = arrays.find(({ name }) => name === inputs[0])!;
  const typed = await vscode.window.showInputBox({ title, prompt: `How many classes does ${target} have? Leave it empty where it holds numbers to predict.`, value: "10", validateInput: (text) => (/^\d*$/.test(text) ? undefined : "A whole number, or nothing.") });
  if (typed === undefined) return undefined;
  return { kind: "arrays", data, input: input.name, target, shape: input.dims.slice(1), classes: typed === "" ? null : Math.max(2, Number(typed)) };
}

async function describeImages(uri: vscode.Uri, data: string, bytes: Uint8Array): Promise<NewFileChoice> {
  const labels = data.replace(/images([.-])idx\d/i, "labels$1idx1");
  if (labels === data) throw new DescentError("labels-missing", `${data} holds no labels, and its name does not say where they are (…images-idx3… beside …labels-idx1…).`, { file: uri.fsPath });
  const head = await readHead(path.join(path.dirname(uri.fsPath), labels), labelsHead);
  return { kind: "images", data, labels, ...lookAtImages(bytes, head.bytes) };
}

/** All columns, the likely target first. */
async function pickTarget(columns: readonly ColumnLook[], likely: string): Promise<ColumnLook | undefined> {
  const items = columns.map((column) => ({
    label: column.name,
    description: `${column.isText ? "text" : "numbers"}, ${column.values} different values${column.name === likely ? "  (likely)" : ""}`,
    column,
  }));
  items.sort((a, b) => Number(b.column.name === likely) - Number(a.column.name === likely));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: "Which column is to be predicted?" }))?.column;
}

async function pickTask(target: ColumnLook): Promise<NewTask | undefined> {
  const classification = { label: "classification", description: `${target.name} is one of ${target.values} classes`, task: "classification" as const };
  const regression = { label: "regression", description: `${target.name} is a quantity`, task: "regression" as const };
  if (target.isText) return "classification";
  const items = target.task === "classification" ? [classification, regression] : [regression, classification];
  return (await vscode.window.showQuickPick(items, { title, placeHolder: "What kind of prediction?" }))?.task;
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick({ placeHolder: "Where is the file to be written?" }))?.uri;
}

function suggestedName(choice: NewFileChoice): string {
  const base = choice.kind === "generator" ? choice.generator.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) : choice.data.replace(/([.-](images|idx\d|ubyte|csv|tsv|parquet|arrow|feather|jsonl|ndjson|npz|safetensors|txt|gz))+$/i, "");
  return `${base}.train.yaml`;
}

/** Asks until the name is a training file's and nothing of that name is there. */
async function askName(folder: vscode.Uri, suggestion: string): Promise<vscode.Uri | undefined> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  let value = suggestion;
  for (let n = 2; taken.has(value); n++) value = suggestion.replace(/\.train\.yaml$/, `${n}.train.yaml`);
  const name = await vscode.window.showInputBox({
    title, value, valueSelection: [0, value.length - ".train.yaml".length], prompt: `Name of the file, in ${vscode.workspace.asRelativePath(folder)}`,
    validateInput: (text) => {
      if (/[\\/:*?"<>|]/.test(text)) return "A name without a path.";
      if (!/.\.train\.yaml$/.test(text)) return "A training file's name ends in .train.yaml.";
      return taken.has(text) ? "A file of this name is there already." : undefined;
    },
  });
  return name === undefined ? undefined : vscode.Uri.joinPath(folder, name);
}
