import { Chart, type ChartConfiguration, LinearScale, LineController, LogarithmicScale, type Plugin } from "chart.js";
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

/** Sets what the axes show, in the theme's colours, and draws. */
export function updateAxes(chart: Chart, axes: Axes, theme: Theme): void {
  const font = { family: theme.font, size: 11 };
  const ticks = { color: css(theme.muted), font, maxRotation: 0, autoSkipPadding: 16 };
  const grid = { color: css(theme.grid), drawTicks: false };
  const border = { color: css(theme.grid) };
  chart.options.scales = {
    x: {
      type: axes.x.axis.log ? "logarithmic" : "linear", min: axes.x.min, max: axes.x.max, grid: { ...grid, display: false }, border,
      afterBuildTicks: (scale) => {
        const values = horizontalTicks(axes.x.axis, axes.x.min, axes.x.max, Math.max(2, Math.floor(chart.width / 90)));
        scale.ticks = values.map((value) => ({ value }));
      },
      ticks: { ...ticks, padding: 5, includeBounds: false, callback: (value) => formatTick(axes.x.axis, Number(value)) },
    },
    y: {
      type: axes.y.log ? "logarithmic" : "linear", min: axes.y.min, max: axes.y.max, grid, border: { display: false },
      afterFit: (scale) => (scale.width = gutter),
      afterBuildTicks: (scale) => {
        const values = axes.y.log ? logTicks(scale.min, scale.max) : linearTicks(scale.min, scale.max, Math.max(2, Math.round((chart.height - 30) / 40)));
        scale.ticks = values.map((value) => ({ value }));
      },
      ticks: { ...ticks, display: !axes.y.empty, padding: 6, autoSkip: false, includeBounds: false, callback: (value) => formatTick(null, Number(value)) },
    },
  };
  chart.update("none");
}
