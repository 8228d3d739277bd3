import type { SerializedError } from "../common/errors.js";
import type { ExperimentEvent } from "../protocol/experiment.js";
import type { Projection } from "../protocol/evaluation.js";
import type { Finding } from "../protocol/finding.js";
import type { CheckEvent } from "../protocol/runEvents.js";
import type { InspectionResult } from "../protocol/inspection.js";
import type { IpcMessage } from "../protocol/runtime.js";
import type { LossSurface } from "../protocol/surface.js";

/** What a job says to the process that forked it; once that is gone, to nobody. */
export interface Report {
  log(level: "debug" | "info" | "warning" | "error", text: string): void;
  /** `fraction` of the whole, where it is known. */
  progress(text: string, fraction: number | null): void;
  finding(finding: Finding): void;
  check(check: CheckEvent): void;
  experiment(event: ExperimentEvent): void;
  projection(projection: Projection): void;
  surface(surface: LossSurface): void;
  inspected(id: number, result: InspectionResult): void;
  listening(run: string, socket: string): void;
  refused(error: SerializedError): Promise<void>;
  done(value: Extract<IpcMessage, { ipc: "done" }>["value"]): Promise<void>;
}

/** A report over this process' IPC channel. `refused` and `done` settle when they have been handed over. */
export function ipcReport(): Report {
  const send = (message: IpcMessage): Promise<void> =>
    new Promise((resolve) => {
      if (process.connected && process.send) process.send(message, () => resolve());
      else resolve();
    });
  return {
    log: (level, text) => void send({ ipc: "log", level, text }),
    progress: (text, fraction) => void send({ ipc: "progress", text, fraction }),
    finding: (finding) => void send({ ipc: "finding", finding }),
    check: (check) => void send({ ipc: "check", check }),
    experiment: (experiment) => void send({ ipc: "experiment", experiment }),
    projection: (projection) => void send({ ipc: "projection", projection }),
    surface: (surface) => void send({ ipc: "surface", surface }),
    inspected: (id, result) => void send({ ipc: "inspected", id, result }),
    listening: (run, socket) => void send({ ipc: "listening", run, socket }),
    refused: (error) => send({ ipc: "refused", error }),
    done: (value) => send({ ipc: "done", value }),
  };
}
