import { formatCount, formatDuration, formatSetting, formatValue } from "../../src/common/format.js";
import type { SeriesAxis } from "../../src/common/series/columns.js";
import { linearTicks, logTicks } from "./ticks.js";

/** What the horizontal axis counts, and how it is written. Places are steps, or seconds since 1970. */
export interface HorizontalAxis {
  readonly kind: SeriesAxis;
  /** The unit's name: step, epoch, time, example. */
  readonly unit: string;
  /** Places a unit: steps an epoch, steps an example (below 1). */
  readonly scale: number;
  /** The place written as 0: when the run began. */
  readonly origin: number;
  readonly log: boolean;
}

export const stepAxis: HorizontalAxis = { kind: "step", unit: "step", scale: 1, origin: 0, log: false };

const ofSteps = new Map<string, HorizontalAxis>();

/** An axis that counts in units of `scale` steps; the same object for the same unit. */
export function axisOfSteps(unit: string, scale: number): HorizontalAxis {
  const key = `${scale} ${unit}`;
  let axis = ofSteps.get(key);
  if (!axis) ofSteps.set(key, (axis = { ...stepAxis, unit, scale }));
  return axis;
}

/** A place in the axis's unit. */
export function inUnit({ scale, origin }: HorizontalAxis, place: number): number {
  return (place - origin) / scale;
}

/** A place in words: `step 412`, `epoch 2.9`, `time 1:02:03`. */
export function formatPlace(axis: HorizontalAxis, place: number): string {
  const value = inUnit(axis, place);
  if (axis.kind === "time") return `time ${formatDuration(value)}`;
  return `${axis.unit} ${axis.scale === 1 || Number.isInteger(value) ? formatCount(Math.round(value)) : formatValue(value)}`;
}

/** Characters of a label that fit beside an axis. */
const mostTickText = 9;

/** Twelve digits; made when it is first needed, and once: making one takes longer than drawing the axes. */
let fine: Intl.NumberFormat | undefined;

/** Tick labels: times as clocks, whole numbers grouped, others as settings are typed; twelve digits drop what floating point adds. */
export function formatTick(axis: HorizontalAxis | null, value: number): string {
  if (axis?.kind === "time") return value >= 1 || value === 0 ? formatDuration(Math.round(value)) : `${formatSetting(value)} s`;
  const clean = Number(value.toPrecision(12));
  if (Number.isInteger(clean) && Math.abs(clean) < 1e6) return formatCount(clean);
  const short = formatSetting(clean);
  // on an axis that shows little of a large range three digits would be the same at every tick
  fine ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 12 });
  const whole = fine.format(clean).replace("-", "−");
  return Number(short.replaceAll(",", "").replace("−", "-")) === clean || whole.length > mostTickText ? short : whole;
}

/** Seconds that clocks are read by. */
const clockStrides = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

/** About `count` ticks, in the axis's unit. */
export function horizontalTicks(axis: HorizontalAxis, min: number, max: number, count: number): number[] {
  if (axis.log) return logTicks(min, max);
  const stride = axis.kind === "time" ? clockStrides.find((one) => (max - min) / one <= count) : undefined;
  if (stride === undefined || max - min < 2) return linearTicks(min, max, count);
  const ticks: number[] = [];
  for (let tick = Math.ceil(min / stride) * stride; tick <= max; tick += stride) ticks.push(tick);
  return ticks;
}
