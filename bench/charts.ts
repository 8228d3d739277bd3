/** In the page: a chart whose points a worker holds, panned, zoomed and growing; each frame draws once. And a chart from a stored overview. */
import { columnsFromBytes } from "../src/common/series/columnsBytes.js";
import type { CurveAnswer, CurveFacts } from "../src/protocol/curves.js";
import type { Curve } from "../webview/charts/curve.js";
import { CursorGroup } from "../webview/charts/cursorGroup.js";
import { type ChartLine, LineChart } from "../webview/charts/lineChart.js";
import { RemoteCurves } from "../webview/charts/remoteCurves.js";

declare global {
  interface Window {
    measure: (lines: number, points: number) => Promise<Record<string, Figures>>;
    showStored: (overviews: string[], points: number) => Promise<number>;
  }
}
interface Figures { readonly framesPerSecond: number; readonly drawMilliseconds: number; readonly p95Milliseconds: number; readonly fetched: number }

window.measure = async (count, points) => {
  const worker = new Worker("/webview/curvesWorker.js");
  let fetched = 0;
  let chart: LineChart | null = null;
  const curves = new RemoteCurves((id, requests) => worker.postMessage({ order: "answer", id, requests }, []), () => chart?.dataChanged());
  const ready = new Promise<void>((resolve) => {
    worker.addEventListener("message", ({ data }: MessageEvent<{ facts: CurveFacts[] } | { id: number; answers: CurveAnswer[] }>) => {
      if ("facts" in data) {
        curves.receiveFacts(data.facts, true);
        resolve();
      } else {
        fetched++;
        curves.receive(data.id, data.answers);
      }
    });
  });
  worker.postMessage({ order: "fill", lines: count, points }, []);
  await ready;
  const { holder, chart: made, group } = place(count, points, (i) => curves.of(`line ${i}`));
  chart = made;
  await chart.updateComplete;
  await settled(500);
  const measured = async (move: (t: number) => void): Promise<Figures> => {
    fetched = 0;
    const figures = await frames(made, move);
    return { ...figures, fetched };
  };
  const figures = {
    pan: await measured((t) => (group.range = { from: points * 0.4 * t, to: points * (0.4 * t + 0.5) })),
    zoom: await measured((t) => (group.range = { from: points * 0.45 * t, to: points * (1 - 0.45 * t) })),
    grow: await measured((t) => {
      group.range = null;
      worker.postMessage({ order: "grow", step: points + 1 + Math.round(t * 1e5) }, []);
      curves.grew();
    }),
  };
  holder.remove();
  worker.terminate();
  return figures;
};

/** Milliseconds from bytes as they are stored to a drawn chart; base64 brings them into the page, which the product does not need. */
window.showStored = async (overviews, points) => {
  const stored = overviews.map((text) => Uint8Array.from(atob(text), (character) => character.codePointAt(0)!));
  const start = performance.now();
  const curves = stored.map((bytes): Curve => {
    const columns = columnsFromBytes(bytes);
    const point = (value: number) => ({ step: points, time: 0, value });
    return { facts: { count: points, nonFinite: 0, first: point(1), lastFinite: point(0), min: point(0), max: point(1), last: point(0) }, columns: () => columns };
  });
  const { holder, chart } = place(curves.length, points, (i) => curves[i]);
  await chart.updateComplete;
  await settled(0);
  chart.draw();
  const taken = performance.now() - start;
  holder.remove();
  return taken;
};

function place(count: number, points: number, curve: (i: number) => Curve) {
  const holder = document.createElement("div");
  holder.style.cssText = "width:900px;height:420px";
  const chart = new LineChart();
  chart.style.cssText = "display:block;height:100%";
  const group = new CursorGroup();
  chart.group = group;
  chart.end = points;
  chart.lines = Array.from({ length: count }, (_, i): ChartLine => ({
    id: String(i), label: `line ${i}`, series: curve(i), colour: () => [(i * 47) % 256, 120, 255 - ((i * 47) % 256), 255], dashed: i % 2 === 1, smooth: false, main: false,
  }));
  holder.append(chart);
  document.body.append(holder);
  return { holder, chart, group };
}

/** Lets the browser lay out, and answers come. */
async function settled(milliseconds: number): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Moves the chart a frame at a time for two seconds, `t` from 0 to 1; the chart draws as ever, at the frame that follows what moved it. */
async function frames(chart: LineChart, move: (t: number) => void) {
  const draws: number[] = [];
  const times: number[] = [];
  const draw = chart.draw.bind(chart);
  chart.draw = () => {
    const before = performance.now();
    draw();
    draws.push(performance.now() - before);
  };
  const start = performance.now();
  for (let now = start; now - start < 2000; ) {
    now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    times.push(now);
    move(Math.min(1, (now - start) / 2000));
  }
  chart.draw = draw;
  const sorted = draws.toSorted((a, b) => a - b);
  return {
    // a frame counts where the chart was drawn
    framesPerSecond: (1000 * (Math.min(draws.length, times.length) - 1)) / (times[times.length - 1] - times[0]),
    drawMilliseconds: sorted[sorted.length >> 1],
    p95Milliseconds: sorted[Math.floor(sorted.length * 0.95)],
  };
}
