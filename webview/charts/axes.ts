import { Chart, type ChartConfiguration, layouts, LinearScale, LineController, LogarithmicScale, type Plugin, type Scale } from "chart.js";
import { formatTick, type HorizontalAxis, horizontalTicks } from "./horizontalAxis.js";
import { css, type Theme } from "./theme.js";
import { linearTicks, logTicks } from "./ticks.js";

Chart.register(LineController, LinearScale, LogarithmicScale);

/** Room for the labels of the y axis, the same in all charts so that their x axes stand in line; CSS pixels. */
const gutter = 52;

/** What the axes show. `x` in the unit of the axis. */
export interface Axes {
  readonly x: { readonly min: number; readonly max: number; readonly axis: HorizontalAxis };
  readonly y: { readonly min: number; readonly max: number; readonly log: boolean; /** Nothing to measure: no labels. */ readonly empty: boolean };
}

/** A Chart.js chart without data of its own: it lays out and draws the axes, `draw` draws the lines between grid and border. */
export function createAxes(canvas: HTMLCanvasElement, draw: (chart: Chart) => void): Chart {
  const plugin: Plugin = { id: "lines", beforeDatasetsDraw: draw };
  const configuration: ChartConfiguration = {
    type: "line",
    data: { datasets: [] },
    options: {
      animation: false,
      responsive: false,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 6, right: 12 } },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      scales: { x: { type: "linear", min: 0, max: 1 }, y: { type: "linear", min: 0, max: 1 } },
    },
    plugins: [plugin],
  };
  return new Chart(canvas, configuration);
}

/** What a chart's scales were made for, and what they show now: they read it whenever they are laid out. */
interface Made {
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  axes: Axes;
}
const made = new WeakMap<Chart, Made>();

/**
 * Sets what the axes show, in the theme's colours, and draws. Where only the places moved, as at each frame of a zoom, the scales are laid out anew;
 * Chart.js' own update, which resolves every option again, takes several times as long.
 */
export function updateAxes(chart: Chart, axes: Axes, theme: Theme): void {
  const { width, height, currentDevicePixelRatio: ratio } = chart;
  const now = made.get(chart);
  if (now?.theme === theme && now.width === width && now.height === height && now.ratio === ratio && isAlike(now.axes, axes)) {
    now.axes = axes;
    layouts.update(chart, width, height);
    for (const scale of Object.values(chart.scales)) scale.configure();
    chart.draw();
    return;
  }
  const state: Made = { theme, width, height, ratio, axes };
  made.set(chart, state);
  chart.options.scales = scales(chart, state);
  chart.update("none");
}

/** Whether scales made for one show the other. */
function isAlike(a: Axes, b: Axes): boolean {
  return a.x.axis.log === b.x.axis.log && a.y.log === b.y.log && a.y.empty === b.y.empty;
}

function scales(chart: Chart, state: Made): NonNullable<ChartConfiguration["options"]>["scales"] {
  const { theme, axes } = state;
  const font = { family: theme.font, size: 11 };
  const ticks = { color: css(theme.muted), font, maxRotation: 0, autoSkipPadding: 16 };
  const grid = { color: css(theme.grid), drawTicks: false };
  const border = { color: css(theme.grid) };
  const limit = (which: "x" | "y") => (scale: Scale) => {
    ({ min: scale.min, max: scale.max } = state.axes[which]);
  };
  return {
    x: {
      // the ends are those given, whatever the ticks are
      type: axes.x.axis.log ? "logarithmic" : "linear", bounds: "data", afterDataLimits: limit("x"), grid: { ...grid, display: false }, border,
      afterBuildTicks: (scale) => {
        const { axis, min, max } = state.axes.x;
        scale.ticks = horizontalTicks(axis, min, max, Math.max(2, Math.floor(chart.width / 90))).map((value) => ({ value }));
      },
      ticks: { ...ticks, padding: 5, includeBounds: false, callback: (value) => formatTick(state.axes.x.axis, Number(value)) },
    },
    y: {
      type: axes.y.log ? "logarithmic" : "linear", bounds: "data", afterDataLimits: limit("y"), grid, border: { display: false },
      afterFit: (scale) => (scale.width = gutter),
      afterBuildTicks: (scale) => {
        const values = axes.y.log ? logTicks(scale.min, scale.max) : linearTicks(scale.min, scale.max, Math.max(2, Math.round((chart.height - 30) / 40)));
        scale.ticks = values.map((value) => ({ value }));
      },
      ticks: { ...ticks, display: !axes.y.empty, padding: 6, autoSkip: false, includeBounds: false, callback: (value) => formatTick(null, Number(value)) },
    },
  };
}
