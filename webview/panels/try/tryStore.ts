import { fromJsonNumber } from "../../../src/common/numbers.js";
import type { Answer, ExperimentEvent, Outcome } from "../../../src/protocol/experiment.js";
import type { TryHostMessage } from "../../../src/protocol/tryPanel.js";
import { LocalCurve } from "../../charts/curve.js";

export type Subject = Omit<Extract<TryHostMessage, { message: "init" }>, "message">;
type Begun = Extract<ExperimentEvent, { event: "begun" }>;

/** The file as it is, and with the fix. */
export const sideNames = ["as it is", "with the fix"] as const;

/** Everything that the panel knows of a trial, fed by the host's messages in order. */
export class TryStore {
  subject: Subject | null = null;
  begun: Begun | null = null;
  progress: { readonly text: string; readonly fraction: number | null } | null = null;
  outcome: Outcome | null = null;
  error: { readonly code: string; readonly message: string } | null = null;
  applied = false;
  /** The measure at the end by side, one a seed so far. */
  values: number[][] = [[], []];
  /** Whether any loss was so much larger than another that only a log axis shows both. */
  wide = false;
  /** Steps of the file as it is for one of the side's: sides lie over each other by epoch. */
  private scale: number[] = [1, 1];
  private readonly series = new Map<string, LocalCurve>();
  private losses = { least: Infinity, most: 0 };

  receive(message: TryHostMessage): void {
    switch (message.message) {
      case "init": {
        const { message: _, ...subject } = message;
        this.reset();
        this.subject = subject;
        return;
      }
      case "progress":
        this.progress = { text: message.text, fraction: message.fraction };
        return;
      case "experiment":
        return this.take(message.experiment);
      case "outcome":
        this.outcome = message.outcome;
        this.progress = null;
        return;
      case "ended":
        this.error = message.error;
        this.progress = null;
        return;
      case "applied":
        this.applied = true;
    }
  }

  /** Points of a side under a tag; empty until some come. */
  seriesOf(side: number, tag: string): LocalCurve {
    const key = `${side} ${tag}`;
    let series = this.series.get(key);
    if (!series) this.series.set(key, (series = new LocalCurve()));
    return series;
  }

  /** Where the axis of steps ends. */
  get end(): number {
    return Math.max(1, ...[...this.series.values()].map(({ facts }) => facts.last?.step ?? 0));
  }

  /** Whether a step means as much on both sides. */
  get sameSteps(): boolean {
    return this.scale.every((factor) => factor === 1);
  }

  get answer(): Answer | null {
    return this.outcome?.comparisons[0]?.answer ?? null;
  }

  private take(event: ExperimentEvent): void {
    if (event.event === "begun") {
      this.begun = event;
      this.scale = event.sides.map(({ stepsPerEpoch }) => event.sides[0].stepsPerEpoch / stepsPerEpoch);
    } else if (event.event === "measured") this.values[event.side].push(fromJsonNumber(event.value));
    else {
      const values = Float64Array.from(event.values, fromJsonNumber);
      this.seriesOf(event.side, event.tag).append(Float64Array.from(event.steps, (step) => step * this.scale[event.side]), values);
      if (event.tag.endsWith("/loss")) this.widen(values);
    }
  }

  private widen(values: Float64Array): void {
    for (const value of values) {
      if (!Number.isFinite(value) || value <= 0) continue;
      this.losses.least = Math.min(this.losses.least, value);
      this.losses.most = Math.max(this.losses.most, value);
    }
    this.wide = this.losses.most > 30 * this.losses.least;
  }

  private reset(): void {
    this.begun = this.progress = this.outcome = this.error = null;
    this.applied = this.wide = false;
    this.values = [[], []];
    this.scale = [1, 1];
    this.losses = { least: Infinity, most: 0 };
    this.series.clear();
  }
}
