/** What clients and signals asked of a run, until the loop looks: between two chunks. */
export class Control {
  paused = false;
  /** Why the run is to end before its time; null while it is not. */
  ending: string | null = null;
  checkpointWanted = false;
  /** The rate to go on with; null: nobody changed it. */
  learningRate: number | null = null;
  private readonly requests: (() => Promise<void>)[] = [];
  private wakeUp: (() => void) | null = null;
  private sayEnding: () => void = () => {};
  /** Settles when the run is to end before its time. */
  readonly ended = new Promise<void>((resolve) => (this.sayEnding = resolve));

  pause(): void {
    this.paused = true;
    this.wake();
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** Ends the run at the next chunk, with a checkpoint. The first reason stands. */
  end(reason: string): void {
    this.ending ??= reason;
    this.sayEnding();
    this.wake();
  }

  checkpoint(): void {
    this.checkpointWanted = true;
    this.wake();
  }

  setLearningRate(value: number): void {
    this.learningRate = value;
    this.wake();
  }

  /** Work that needs the model, and so waits for the chunk to end. It must not throw. */
  request(work: () => Promise<void>): void {
    this.requests.push(work);
    this.wake();
  }

  /** Does the work that was asked for. */
  async answerRequests(): Promise<void> {
    for (let work = this.requests.shift(); work; work = this.requests.shift()) await work();
  }

  /** While paused: settles at the next thing that anyone asks. */
  async somethingAsked(): Promise<void> {
    if (this.requests.length > 0 || this.ending !== null || this.checkpointWanted || !this.paused) return;
    await new Promise<void>((resolve) => (this.wakeUp = resolve));
  }

  private wake(): void {
    this.wakeUp?.();
    this.wakeUp = null;
  }
}
