/** What a run's weights would show, by formula: surfaces with a bent valley, filters like edges and waves, maps of a digit. */
import type { Inspection, InspectionRequest, InspectionResult } from "../../../src/protocol/inspection.js";
import type { LossSurface, SurfaceWish } from "../../../src/protocol/surface.js";
import { examples, manifest, random } from "./scenarios.js";

/** A surface of so many points each way. */
export function surfaceOf(wish: SurfaceWish, points: number): LossSurface {
  const alongPath = wish.directions === "path";
  const place = (from: number, to: number) => Array.from({ length: points }, (_, i) => Number((from + ((to - from) * i) / (points - 1)).toPrecision(7)));
  const [x, y] = alongPath ? [place(-7.5, 1.5), place(-3, 2.5)] : [place(-wish.reach, wish.reach), place(-wish.reach, wish.reach)];
  const bend = wish.seed * 0.7;
  const loss = (a: number, b: number) => {
    const [u, v] = alongPath ? [a / 5, b / 3 - (a / 9) ** 2] : [a * Math.cos(bend) + b * Math.sin(bend), b * Math.cos(bend) - a * Math.sin(bend) + 0.35 * a * a];
    return 0.0812 + 2.4 * u ** 2 * (1 + 0.35 * Math.sin(5 * v)) + 4 * v ** 2 + 0.9 * (u ** 2 + v ** 2) ** 2;
  };
  const broken = (a: number, b: number) => wish.reach >= 5 && a + b > 6;
  const steps = [0, 142, 284, 426, 568, 710];
  return {
    ...wish, step: 710, examples: 1800, x, y, centre: 0.0812,
    losses: y.flatMap((b) => x.map((a) => (broken(a, b) ? "NaN" as const : Number(loss(a, b).toPrecision(7))))),
    path: alongPath ? { steps, x: [-6.4, -3.9, -2.2, -1.1, -0.4, 0], y: [-0.9, 0.9, 0.8, 0.45, 0.15, 0], losses: [2.31, 0.61, 0.3, 0.17, 0.1, 0.0812], variance: [0.86, 0.1] } : null,
  };
}

/** What the run's folder holds. */
export function surfacesKept(name: string): LossSurface[] {
  if (name !== "surfaces") return [];
  return [surfaceOf({ directions: "random", seed: 0, reach: 1, points: 33, split: "train" }, 33), surfaceOf({ directions: "path", seed: 0, reach: 1, points: 33, split: "train" }, 33)];
}

const layers = [
  { name: "conv2d_1", kind: "conv2d", maps: { count: 16, height: 24, width: 24 }, filters: { count: 16, planes: 1, height: 5, width: 5, colour: false } },
  { name: "max_pool_1", kind: "max_pool", maps: { count: 16, height: 12, width: 12 }, filters: null },
  { name: "conv2d_2", kind: "conv2d", maps: { count: 32, height: 8, width: 8 }, filters: { count: 32, planes: 16, height: 5, width: 5, colour: false } },
  { name: "max_pool_2", kind: "max_pool", maps: { count: 32, height: 4, width: 4 }, filters: null },
];

export function inspection(name: string, request: InspectionRequest): InspectionResult {
  if (name === "no weights") return { ok: false, error: { code: "run-without-checkpoint", message: "The run 2026-11-21T12-40-03-mnist has no checkpoint yet." } };
  const shown = name === "colour filters" ? layers.map((layer) => (layer.name === "conv2d_1" ? { ...layer, filters: { ...layer.filters!, planes: 3, colour: true } } : layer)) : layers;
  return { ok: true, value: answer(request, shown) };
}

function answer(request: InspectionRequest, shown: typeof layers): Inspection {
  switch (request.ask) {
    case "outline": return { of: "outline", layers: shown, steps: [0, 142, 284, 426, 568, 710], splits: [{ split: "validation", count: 1000 }, { split: "train", count: 8000 }] };
    case "examples": {
      const { classes } = manifest("finished", 710);
      const total = request.mistakes ? 29 : 1000;
      const list = Array.from({ length: Math.max(0, Math.min(request.limit, total - request.offset)) }, (_, i) => {
        const at = request.offset + i;
        return { index: 9000 + at, actual: at % classes!.length, predicted: request.mistakes ? (at + 3) % classes!.length : at % classes!.length };
      });
      return { of: "examples", examples: examples("finished", list), total };
    }
    case "filters": {
      const { count, planes, height, width } = shown.find(({ name }) => name === request.layer)!.filters!;
      const next = random(request.step + 5);
      const trained = request.step / 710;
      const values = Float32Array.from({ length: count * planes * height * width }, (_, i) => {
        const [row, column, which] = [Math.floor(i / width) % height, i % width, Math.floor(i / (width * height))];
        const turn = which * 0.9;
        const wave = Math.sin((column - 2) * Math.cos(turn) * 1.4 + (row - 2) * Math.sin(turn) * 1.4 + which);
        return 0.3 * (trained * wave + (1.2 - trained) * (next() - 0.5));
      });
      return page(request, { count, planes, height, width }, values, { of: "filters" });
    }
    case "activations": {
      const { count, height, width } = shown.find(({ name }) => name === request.layer)!.maps!;
      const values = Float32Array.from({ length: count * height * width }, (_, i) => {
        const [row, column, which] = [(Math.floor(i / width) % height) / height - 0.5, (i % width) / width - 0.5, Math.floor(i / (width * height))];
        const ring = Math.exp(-((Math.hypot(row, column) - 0.28) ** 2) * 90);
        return Math.max(0, 2.1 * ring * Math.cos(Math.atan2(row, column) - which * 0.8 - request.example) - 0.1 + (request.step === 0 ? 0.3 : 0));
      });
      return page(request, { count, planes: 1, height, width }, values, { of: "activations", example: request.example });
    }
  }
}

function page(request: { layer: string; step: number; offset: number; limit: number }, { count, planes, height, width }: { count: number; planes: number; height: number; width: number }, values: Float32Array, about: { of: "filters" } | { of: "activations"; example: number }): Inspection {
  const each = planes * height * width;
  const shown = Math.max(0, Math.min(request.limit, count - request.offset));
  const bytes = new Uint8Array(values.buffer, request.offset * each * 4, shown * each * 4);
  return {
    ...about, layer: request.layer, step: request.step, offset: request.offset, count: shown, planes, height, width,
    values: btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join("")), min: values.reduce((a, b) => Math.min(a, b)), max: values.reduce((a, b) => Math.max(a, b)),
  } as Inspection;
}
