/** How a runtime process comes up. Loads nothing, so that the command line can do it first of all. */
import { fork, type ChildProcess } from "node:child_process";
import path from "node:path";
import { cudaEnvironment } from "../../devices/install/installation.js";

export interface ForkOptions {
  /** The bundle `dist/runtime.js`, absolute. */
  readonly runtimePath: string;
  /** The Node.js that runs it; default: this process' own. */
  readonly execPath?: string;
  /** The product's own folder: CUDA's libraries are looked for there, and compiled code is kept. Without it the process has neither. */
  readonly storage?: string;
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** `train`, or a short job: whose compiled functions it needs. */
  readonly use?: "train" | "job";
}

/** Tells the runtime process where compiled code is kept, and whose it needs. */
export const codeFolderVariable = "DESCENT_CODE";
export const codeUseVariable = "DESCENT_CODE_USE";

/** Where V8's compiled code lies within the product's storage. */
export function codeFolder(storage: string): string {
  return path.join(storage, "code");
}

/** Forks a runtime process, which waits for its job. */
export function forkChild({ runtimePath, execPath, storage, env, use = "job" }: ForkOptions): ChildProcess {
  return fork(runtimePath, [], {
    execPath,
    execArgv: [], // a debugger's flags are for the parent
    // nobody was asked whether ONNX Runtime may send figures about its use
    env: { ORT_DISABLE_TELEMETRY: "1", ...process.env, ...(storage === undefined ? {} : { ...cudaEnvironment(storage), [codeFolderVariable]: codeFolder(storage), [codeUseVariable]: use }), ...env },
    // its own group: Ctrl-C in a terminal, or the end of the editor's window, reach it through us alone
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "json",
  });
}
