/**
 * Who works on a run. A node that was cut off may go on with a run that its scheduler has given to another: the newer task writes its
 * name and waits until the older one, which looks every second, is gone.
 */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFileAtomic } from "../runs/atomicFile.js";

/** Milliseconds between two looks of the one that works. */
const lookInterval = 1000;
/** Milliseconds of silence after which the one before counts as gone. */
const silence = 4 * lookInterval;

export class TaskOwner {
  private timer: NodeJS.Timeout | null = null;
  private readonly file: string;
  private readonly aliveFile: string;

  /** `token`: tells this attempt from every other. */
  constructor(folder: string, id: string, private readonly token: string) {
    this.file = path.join(folder, `${id}.owner`);
    this.aliveFile = path.join(folder, `${id}.alive`);
  }

  /** Takes the run over; settles when nobody else works on it. `onLost` is called once another takes it over in turn. */
  async take(onLost: () => void): Promise<void> {
    const hadOwner = fs.existsSync(this.aliveFile);
    writeFileAtomic(this.file, this.token);
    if (hadOwner) await this.waitForSilence();
    this.beat();
    this.timer = setInterval(() => {
      if (this.isMine()) return this.beat();
      this.end();
      onLost();
    }, lookInterval);
  }

  /** The work is done, or given up: nobody needs to wait for this one. */
  release(): void {
    this.end();
    if (this.isMine()) fs.rmSync(this.aliveFile, { force: true });
  }

  private end(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private isMine(): boolean {
    try {
      return fs.readFileSync(this.file, "utf8") === this.token;
    } catch {
      return true; // a file system that does not answer for a moment
    }
  }

  private beat(): void {
    try {
      fs.writeFileSync(this.aliveFile, String(Date.now()));
    } catch {
      // the next beat
    }
  }

  /** Waits until the sign of life has not changed for a while: its content, for clocks of nodes differ. */
  private async waitForSilence(): Promise<void> {
    let last: string | null = null;
    for (let since = performance.now(); performance.now() - since < silence;) {
      const seen = this.sign();
      if (seen === null) return;
      if (seen !== last) since = performance.now();
      last = seen;
      await sleep(lookInterval / 4);
    }
  }

  private sign(): string | null {
    try {
      return fs.readFileSync(this.aliveFile, "utf8");
    } catch {
      return null;
    }
  }
}
