import type { ChildProcess } from "node:child_process";
import { fromSerializedError, type DescentError } from "../../common/errors.js";
import { ipcMessageSchema, type IpcMessage, type Job } from "../../protocol/runtime.js";
import { forkChild, type ForkOptions } from "./forkChild.js";

export type LogLevel = "debug" | "info" | "warning" | "error";

export interface RuntimeOptions extends Omit<ForkOptions, "use"> {
  readonly onLog?: (level: LogLevel, text: string) => void;
  /** What it is doing before the first result; `fraction` of the whole where that is known. */
  readonly onProgress?: (text: string, fraction: number | null) => void;
}

/** Characters of standard error that are kept as evidence of a crash. */
const keptStderr = 4000;

/** A forked runtime process with its job handed over. */
export class RuntimeProcess {
  /** Settles when the process is gone; says how where it was not by itself with 0 ("killed by SIGKILL"). */
  readonly exited: Promise<string | null>;
  private readonly child: ChildProcess;
  private stderr = "";

  /** `onMessage` gets everything but `log` and `progress`, which go to the options. `spare`: a process that waits for a job. */
  constructor(job: Job, options: RuntimeOptions, onMessage: (message: Exclude<IpcMessage, { ipc: "log" | "progress" }>) => void, spare?: ChildProcess) {
    this.child = spare ?? forkChild({ ...options, use: job.job === "train" ? "train" : "job" });
    if (spare !== undefined) this.hold();
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-keptStderr);
      options.onLog?.("warning", text.trimEnd());
    });
    this.child.on("message", (value) => {
      const checked = ipcMessageSchema.safeParse(value);
      if (!checked.success) return options.onLog?.("error", `a message of the runtime was not understood: ${JSON.stringify(value).slice(0, 200)}`);
      const message = checked.data;
      if (message.ipc === "log") options.onLog?.(message.level, message.text);
      else if (message.ipc === "progress") options.onProgress?.(message.text, message.fraction);
      else onMessage(message);
    });
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => resolve(`could not be started: ${error.message}`));
      this.child.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : code === 0 ? null : this.describeExit(code)));
    });
    this.child.on("error", () => {}); // `exited` says it
    this.child.send(job, () => {});
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Says something more to a job that listens. */
  send(message: object): void {
    this.child.send(message, () => {}); // `exited` says where it is gone
  }

  /** A process that waited did not keep this one; one with a job does. */
  private hold(): void {
    this.child.ref();
    this.child.channel?.ref();
    (this.child.stderr as { ref?(): void } | null)?.ref?.();
  }

  /** The process goes on by itself; this one may end. */
  release(): void {
    this.child.unref();
    this.child.channel?.unref();
    (this.child.stderr as { unref?(): void } | null)?.unref?.();
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  private describeExit(code: number | null): string {
    const words = this.stderr.trim().split("\n").at(-1);
    return `exit code ${code}${words ? `: ${words}` : ""}`;
  }
}

/** The error of a `refused` message. */
export function refusal(message: Extract<IpcMessage, { ipc: "refused" }>): DescentError {
  const { code, message: sentence, file, path, range } = message.error;
  return fromSerializedError({ code, message: sentence, ...(file ? { file } : {}), ...(path ? { path } : {}), ...(range ? { range } : {}) });
}
