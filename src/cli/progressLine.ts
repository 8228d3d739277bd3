import type { Progress } from "../protocol/runtime.js";

/** A line on a terminal that is redrawn in place; nothing where standard error is no terminal. */
export class ProgressLine {
  private shown = false;

  constructor(private readonly enabled: boolean) {}

  show(text: string): void {
    if (!this.enabled) return;
    const width = (process.stderr.columns ?? 80) - 1;
    process.stderr.write(`\r\u001b[2K${text.slice(0, width)}`);
    this.shown = true;
  }

  /** Makes room for a line of text; the next `show` draws below it. */
  clear(): void {
    if (this.shown) process.stderr.write("\r\u001b[2K");
    this.shown = false;
  }
}

/** Share of the time from which on waiting for data is worth a word. */
const tellsWaiting = 0.05;

/** `epoch 3/5  step 412/710  58 %  loss 0.0812  rate 1e-3  1,180 steps/s  1:04 left` */
export function progressText(progress: Progress, loss: number | null, rate: number | null): string {
  const { step, totalSteps, epoch, epochs, stepsPerSecond, secondsLeft, waitingForData = 0 } = progress;
  const parts = [
    ...(progress.phase === undefined ? [] : [progress.phase]),
    `epoch ${Math.min(Math.ceil(epoch) || 1, Math.ceil(epochs))}/${Math.ceil(epochs)}`,
    `step ${step}/${totalSteps}`,
    `${Math.floor((100 * step) / Math.max(totalSteps, 1))} %`,
    ...(loss === null ? [] : [`loss ${shortNumber(loss)}`]),
    ...(rate === null ? [] : [`rate ${shortNumber(rate)}`]),
    `${Math.round(stepsPerSecond).toLocaleString("en")} steps/s`,
    ...(waitingForData < tellsWaiting ? [] : [`${Math.round(100 * waitingForData)} % waiting for data`]),
    ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return parts.join("  ");
}

/** Four significant digits, exponents as `1e-3`. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-2 || size >= 1e6)) return value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/** `1:04`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
