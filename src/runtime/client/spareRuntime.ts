import type { ChildProcess } from "node:child_process";
import { warmUp } from "../../protocol/warmUp.js";
import { forkChild, type ForkOptions } from "./forkChild.js";

/** How long a process waits for a job before it is released, in milliseconds. */
const longestWait = 10 * 60_000;

/**
 * Keeps one runtime process ready, its modules and ONNX Runtime loaded, so that a run begins some tenths of a second sooner. It
 * holds about 100 MB while it waits, and ends by itself when this process is gone.
 */
export class SpareRuntime {
  private child: ChildProcess | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: Omit<ForkOptions, "use">) {}

  /** Forks a process where none waits; one that waits stays for another ten minutes. */
  prepare(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.release(), longestWait);
    this.timer.unref();
    if (this.child) return;
    const child = forkChild({ ...this.options, use: "train" });
    this.child = child;
    const forget = () => {
      if (this.child === child) this.child = null;
    };
    child.once("error", forget);
    child.once("exit", forget);
    child.send(warmUp(true), () => {});
  }

  /** Where a process waits, a new one takes its place: what it found when it was forked has changed. */
  renew(): void {
    if (this.child === null) return;
    this.release();
    this.prepare();
  }

  /** The process that waits, now the caller's; undefined where none does. */
  take(): ChildProcess | undefined {
    const child = this.child;
    this.child = null;
    clearTimeout(this.timer);
    return child?.connected ? child : undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.release();
  }

  private release(): void {
    this.child?.kill("SIGKILL");
    this.child = null;
  }
}
