/** A process that holds a run, for as long as someone looks into its layers. */
import { DescentError, toDescentError } from "../../common/errors.js";
import type { InspectionRequest, InspectionResult } from "../../protocol/inspection.js";
import { RuntimeProcess, refusal, type RuntimeOptions } from "./forkRuntime.js";

/** Milliseconds without a question after which the process, and the data that it holds, is let go. */
const idleTime = 120_000;

export interface InspectorOptions extends RuntimeOptions {
  /** Whether the run trains at this time. */
  readonly live: () => boolean;
}

/** Asks about a run; the process begins with the first question and again after it was let go. */
export class RunInspector {
  private runtime: RuntimeProcess | null = null;
  private waiting: ((result: InspectionResult) => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly folder: string,
    private readonly options: InspectorOptions,
  ) {}

  /** Settles always: with what opening the run refused, or with `process-died`, where there is no answer. */
  ask(request: InspectionRequest): Promise<InspectionResult> {
    clearTimeout(this.timer);
    return new Promise<InspectionResult>((resolve) => {
      this.runtime ??= this.start();
      this.waiting.push(resolve);
      this.runtime.send(request);
    }).finally(() => {
      if (this.waiting.length === 0) this.timer = setTimeout(() => this.dispose(), idleTime).unref();
    });
  }

  /** Lets the process go; what still waits is told so. */
  dispose(): void {
    clearTimeout(this.timer);
    this.runtime?.kill("SIGKILL");
    this.end(new DescentError("cancelled", "Cancelled."));
  }

  private start(): RuntimeProcess {
    const runtime = new RuntimeProcess({ job: "inspect", run: this.folder, live: this.options.live() }, this.options, (message) => {
      if (this.runtime !== runtime) return;
      // answers come in the order of the questions
      if (message.ipc === "inspected") this.waiting.shift()?.(message.result);
      else if (message.ipc === "refused") this.end(refusal(message));
    });
    void runtime.exited.then((how) => {
      if (this.runtime === runtime) this.end(new DescentError("process-died", `The process that looked into the run ended early${how ? ` (${how})` : ""}.`));
    });
    return runtime;
  }

  private end(thrown: DescentError): void {
    this.runtime = null;
    const { code, message } = toDescentError(thrown);
    for (const settle of this.waiting.splice(0)) settle({ ok: false, error: { code, message } });
  }
}
