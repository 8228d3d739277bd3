/** In the page: 50 curves of 200,000 points, panned, zoomed and growing; each frame draws once. */
import { CursorGroup } from "../webview/charts/cursorGroup.js";
import { type ChartLine, LineChart } from "../webview/charts/lineChart.js";
import { LocalCurve } from "../webview/charts/curve.js";

declare global {
  interface Window {
    measure: (lines: number, points: number) => Promise<Record<string, Figures>>;
  }
}
interface Figures { readonly framesPerSecond: number; readonly drawMilliseconds: number; readonly p95Milliseconds: number }

function noisy(points: number, seed: number): LocalCurve {
  let state = seed * 7919 + 1;
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const series = new LocalCurve();
  series.append(Float64Array.from({ length: points }, (_, i) => i + 1), Float64Array.from({ length: points }, (_, i) => seed * 0.02 + 2 * Math.exp(-i / points * 4) + (next() - 0.5) * 0.4));
  return series;
}

window.measure = async (count, points) => {
  const holder = document.createElement("div");
  holder.style.cssText = "width:900px;height:420px";
  const chart = new LineChart();
  chart.style.cssText = "display:block;height:100%";
  const group = new CursorGroup();
  chart.group = group;
  chart.end = points;
  chart.lines = Array.from({ length: count }, (_, i): ChartLine => ({
    id: String(i), label: `line ${i}`, series: noisy(points, i), colour: () => [(i * 47) % 256, 120, 255 - ((i * 47) % 256), 255], dashed: i % 2 === 1, smooth: false, main: false,
  }));
  holder.append(chart);
  document.body.append(holder);
  await chart.updateComplete;
  const figures = {
    pan: await frames(chart, (t) => (group.range = { from: points * 0.4 * t, to: points * (0.4 * t + 0.5) })),
    zoom: await frames(chart, (t) => (group.range = { from: points * 0.45 * t, to: points * (1 - 0.45 * t) })),
    grow: await frames(chart, (t) => {
      group.range = null;
      const step = points + 1 + Math.round(t * 1e5);
      for (const { series } of chart.lines) (series as LocalCurve).append(Float64Array.of(step, step + 1), Float64Array.of(t, 1 - t));
    }),
  };
  holder.remove();
  return figures;
};

/** Moves the chart a frame at a time for two seconds; `t` goes from 0 to 1. */
async function frames(chart: LineChart, move: (t: number) => void): Promise<Figures> {
  const draws: number[] = [];
  const times: number[] = [];
  const start = performance.now();
  for (let now = start; now - start < 2000; ) {
    now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    times.push(now);
    const before = performance.now();
    move(Math.min(1, (now - start) / 2000));
    chart.draw();
    draws.push(performance.now() - before);
  }
  const sorted = draws.toSorted((a, b) => a - b);
  return {
    framesPerSecond: (1000 * (times.length - 1)) / (times[times.length - 1] - times[0]),
    drawMilliseconds: sorted[sorted.length >> 1],
    p95Milliseconds: sorted[Math.floor(sorted.length * 0.95)],
  };
}
