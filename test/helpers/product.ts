/** The built product for tests that start processes: the command line and the runtime, bundled as the build does it. */
import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildAssembly } from "../../scripts/assembly.mjs";
import { nodeBundle } from "../../scripts/nodeBundle.mjs";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

export interface Product {
  readonly dist: string;
  readonly runtimePath: string;
  /** A folder for this test file's own files: runs, storage, training files. */
  readonly folder: string;
  /** Runs `descent ARGUMENTS` to its end. */
  descent(...args: string[]): Promise<CommandResult>;
  /** Starts `descent ARGUMENTS`. */
  start(...args: string[]): StartedCommand;
  /** Writes a training file and gives its path. */
  trainingFile(name: string, text: string): string;
  dispose(): void;
}

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCommand {
  readonly process: ChildProcess;
  readonly done: Promise<CommandResult>;
  /** Settles when standard output has a line for which `test` holds; gives that line. Rejects when the command ends before. */
  line(test: (line: string) => boolean): Promise<string>;
}

/** Bundles the product beside the dependencies and makes a folder to work in. `cache`: the user's cache folder; default one of the test's own. */
export async function buildProduct(cache?: string): Promise<Product> {
  fs.mkdirSync(path.join(root, ".cache"), { recursive: true });
  const dist = fs.mkdtempSync(path.join(root, ".cache", "test-dist-"));
  const shared: esbuild.BuildOptions = { absWorkingDir: root, ...nodeBundle, outdir: dist, logLevel: "warning" };
  await esbuild.build({ ...shared, entryPoints: { cli: "src/cli/launch.ts", "cli.main": "src/cli/main.ts", runtime: "src/runtime/launch.ts", "runtime.main": "src/runtime/main.ts", search: "src/cluster/main.ts", "workers/projection": "src/runtime/workers/projection.ts", "workers/projectionHelper": "src/runtime/workers/projectionHelper.ts" }, external: ["onnxruntime-node"] });
  fs.mkdirSync(path.join(dist, "wasm"));
  fs.copyFileSync(await buildAssembly(), path.join(dist, "wasm", "tsne.wasm"));
  fs.writeFileSync(path.join(dist, "package.json"), JSON.stringify({ type: "commonjs" }));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-test-"));
  const start = (...args: string[]) => startCommand([path.join(dist, "cli.js"), ...args], folder, cache ?? path.join(folder, "cache"));
  return {
    dist,
    runtimePath: path.join(dist, "runtime.js"),
    folder,
    start,
    descent: (...args) => start(...args).done,
    trainingFile(name, text) {
      const file = path.join(folder, name);
      fs.writeFileSync(file, text);
      return file;
    },
    dispose() {
      for (const made of [dist, folder]) fs.rmSync(made, { recursive: true, force: true });
    },
  };
}

function startCommand(args: string[], folder: string, cache: string): StartedCommand {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache } });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const look of watchers) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const done = new Promise<CommandResult>((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
  return {
    process: child,
    done,
    line: (test) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = stdout.split("\n").slice(0, -1).find(test);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void done.then((result) => reject(new Error(`the command ended (${result.code}) before the line came: ${result.stderr}`)));
      }),
  };
}

/** The JSON objects of NDJSON; a line torn by a killed process is left out. */
export function objects(stdout: string): Record<string, unknown>[] {
  return stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
}
