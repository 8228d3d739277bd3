/** Which files of a folder hold a training's log, whoever wrote it. */
import fs from "node:fs";
import path from "node:path";

export type LogFileKind = "events" | "csv" | "trainer_state" | "projector";

export interface LogFile {
  /** Absolute. */
  readonly file: string;
  readonly kind: LogFileKind;
  /** The folder it lies in, from the log's on, with slashes; "" for the log's own. */
  readonly folder: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Folders that are not looked into: they are large and hold no logs. */
const passedOver = new Set(["node_modules", ".git", "__pycache__", ".venv", "venv"]);
/** Deep enough for logs, and an end for folders linked in a circle. */
const deepest = 12;
/** Entries after which a folder is taken for no folder of logs. */
const mostEntries = 500_000;

/**
 * The log files below a folder in reading order: by folder, then by name, which for event files is their time. A folder that cannot be read is passed
 * over; where the first one cannot, throws what the file system throws.
 */
export function findLogFiles(folder: string): LogFile[] {
  const found: LogFile[] = [];
  let entries = 0;
  const walk = (at: string, relative: string, depth: number): void => {
    let listed: fs.Dirent[];
    try {
      listed = fs.readdirSync(at, { withFileTypes: true });
    } catch (thrown) {
      if (depth === 0) throw thrown;
      return;
    }
    for (const entry of listed.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++entries > mostEntries) return;
      const full = path.join(at, entry.name);
      const kind = kindOf(entry.name);
      if (kind === null && !(entry.isDirectory() || entry.isSymbolicLink())) continue;
      if (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(full))) {
        if (depth < deepest && !passedOver.has(entry.name)) walk(full, relative === "" ? entry.name : `${relative}/${entry.name}`, depth + 1);
        continue;
      }
      if (kind === null) continue;
      const stat = statOf(full);
      if (stat?.isFile() && (kind !== "csv" || looksLikeLog(full, entry.name))) found.push({ file: full, kind, folder: relative, size: stat.size, modified: stat.mtimeMs });
    }
  };
  walk(folder, "", 0);
  return lastStates(found);
}

/**
 * Hugging Face writes its whole history into every checkpoint: of `checkpoint-500`, `checkpoint-1000` the last one counts, as the state of the folder
 * above, unless that has one of its own.
 */
function lastStates(found: readonly LogFile[]): LogFile[] {
  const number = (file: LogFile) => Number(/(?:^|\/)checkpoint-(\d+)$/.exec(file.folder)?.[1] ?? Infinity);
  const states = new Map<string, LogFile>();
  for (const file of found) {
    if (file.kind !== "trainer_state") continue;
    const run = file.folder.replace(/(^|\/)checkpoint-\d+$/, "");
    const known = states.get(run);
    if (known === undefined || number(file) > number(known)) states.set(run, file);
  }
  return [...found.filter(({ kind }) => kind !== "trainer_state"), ...[...states].map(([folder, file]) => Object.assign({}, file, { folder }))];
}

/** What a file's name says. Event files: TensorBoard's own rule, "tfevents" in the name. */
function kindOf(name: string): LogFileKind | null {
  if (name.includes("tfevents") && !name.endsWith(".profile-empty")) return "events";
  if (name === "trainer_state.json") return "trainer_state";
  if (name === "projector_config.pbtxt") return "projector";
  return /\.(csv|tsv|log)$/i.test(name) ? "csv" : null;
}

/** Columns that only a training's log has. */
const logColumns = /^(epoch|step|iter(ation)?|global_step)$/i;
const measured = /(^|[_/ .-])(loss|acc|accuracy|lr|learning_rate)([_/ .-]|$)/i;

/**
 * Whether a table is a log of Lightning's CSVLogger, of Keras' CSVLogger (`training.log` in its own example) or like one: it counts epochs or steps and holds
 * a loss or an accuracy. A CSV file may have a log's name instead of the count; other files of words do not.
 */
function looksLikeLog(file: string, name: string): boolean {
  const columns = readStart(file, 16384).split(/\r?\n/, 1)[0].replace(/^\uFEFF/, "").split(/[,;\t]/).map((column) => column.trim().replaceAll('"', ""));
  return (columns.some((column) => logColumns.test(column)) || /^(metrics|log|training|history)\b.*\.csv$/i.test(name)) && columns.some((column) => measured.test(column));
}

function readStart(file: string, length: number): string {
  let descriptor: number | null = null;
  try {
    descriptor = fs.openSync(file, "r");
    const bytes = Buffer.alloc(length);
    return bytes.toString("utf8", 0, fs.readSync(descriptor, bytes, 0, length, 0));
  } catch {
    return "";
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor);
  }
}

function isFolder(file: string): boolean {
  return statOf(file)?.isDirectory() ?? false;
}

function statOf(file: string): fs.Stats | null {
  try {
    return fs.statSync(file);
  } catch {
    return null;
  }
}
