/** No orphans: a run ends, with a checkpoint, when nobody is left who could want it. */
import type { Control } from "./control.js";
import type { RunServer } from "./runServer.js";

/** A window that reloads is back within seconds. */
const hostAbsence = 30_000;
/** How long a run that exists waits for the client that started it. */
const firstAttach = 30_000;

/**
 * Watches over who started the run: a command line that goes away ends it at once, an editor's host after 30 s without one. Call `changed`
 * whenever a client came or went.
 */
export class Ownership {
  private timer: NodeJS.Timeout | null = null;
  private seen = false;
  private readonly arrived: Promise<void>;
  private onArrived: () => void = () => {};

  constructor(
    private readonly owner: "host" | "cli",
    private readonly server: () => RunServer,
    private readonly control: Control,
  ) {
    this.arrived = new Promise((resolve) => (this.onArrived = resolve));
    // the process that forked us is gone; a host may come back through the socket
    if (owner === "cli") process.once("disconnect", () => control.end("the command line is gone"));
    if (owner === "cli" && process.connected === false) control.end("the command line is gone");
    this.changed();
  }

  /** Settles when the owner has attached, or the run is to end because it never did. */
  async ownerAttached(): Promise<void> {
    await Promise.race([this.arrived, this.control.ended]);
  }

  changed(): void {
    const present = this.server().has(this.owner);
    if (present) {
      this.seen = true;
      this.onArrived();
      if (this.timer) clearTimeout(this.timer);
      this.timer = null;
    } else if (this.seen && this.owner === "cli") {
      this.control.end("the command line is gone");
    } else {
      this.timer ??= setTimeout(() => this.control.end("no editor is there any more"), this.seen ? hostAbsence : firstAttach);
    }
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
