/** Kernel times of a benchmark model's step, by operator and shapes, as ONNX Runtime's own profiler counts them. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as ort from "onnxruntime-node";
import type { Backend } from "../src/engine/training/backend.js";
import { fromOrtTensor, toOrtTensor } from "../src/runtime/backend/tensors.js";
import { median, openTraining } from "./ours.js";

interface Row {
  readonly what: string;
  calls: number;
  microseconds: number;
}

/** With `quantile` every kernel counts at that quantile of its own times, as on a busy machine the least ones tell most. Microseconds a step by operator, and by operator with its shapes, longest first. */
export async function profileModel(name: string, options: { readonly threads: number; readonly lowering?: string; readonly steps: number; readonly quantile?: number }): Promise<{ readonly byOperator: readonly Row[]; readonly byShape: readonly Row[]; readonly total: number; readonly wall: number }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-profile-"));
  let last: ort.InferenceSession | null = null;
  let graph: Uint8Array | null = null;
  const backend: Backend = {
    async createSession(model, { threads }) {
      const inner = await ort.InferenceSession.create(model, {
        enableMemPattern: false, intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3, enableProfiling: true, profileFilePrefix: path.join(folder, `${Date.now()}`),
        extra: { optimization: { disable_specified_optimizers: "SkipLayerNormFusion" }, session: { set_denormal_as_zero: "1" } },
      });
      last = inner;
      graph = model;
      return {
        async run(feeds) {
          const results = await inner.run(Object.fromEntries(Object.entries(feeds).map(([key, tensor]) => [key, toOrtTensor(ort, tensor)])));
          return Object.fromEntries(Object.entries(results).map(([key, tensor]) => [key, fromOrtTensor(tensor as ort.Tensor)]));
        },
        release: () => inner.release(),
      };
    },
  };
  const training = await openTraining(name, { ...options, statistics: false }, backend);
  const chosen = last as ort.InferenceSession | null;
  const { steps, seconds } = await training.run(options.steps);
  chosen?.endProfiling();
  if (process.env.DUMP_MODEL !== undefined && graph !== null) fs.writeFileSync(process.env.DUMP_MODEL, graph);
  const newest = fs.readdirSync(folder).map((file) => path.join(folder, file)).toSorted((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs)[0];
  const events = JSON.parse(fs.readFileSync(newest, "utf8")) as { cat: string; name: string; dur: number; args: Record<string, unknown> }[];
  const kernels = events.filter(({ cat, name: event, args }) => cat === "Node" && event.endsWith("_kernel_time") && args.op_name !== "Loop");
  // a kernel that another program interrupted is not counted longer than three times its usual
  const durations = new Map<string, number[]>();
  for (const { name: node, dur } of kernels) durations.set(node, [...(durations.get(node) ?? []), dur]);
  const usual = new Map([...durations].map(([node, all]) => [node, median(all)]));
  const quantile = (all: readonly number[], share: number): number => [...all].sort((a, b) => a - b)[Math.floor(share * (all.length - 1))];
  const least = options.quantile === undefined ? null : new Map([...durations].map(([node, all]) => [node, quantile(all, options.quantile!)]));
  const grouped = (key: (args: Record<string, unknown>) => string): Row[] => {
    const rows = new Map<string, Row>();
    for (const { args, dur, name: node } of kernels) {
      const row = rows.get(key(args)) ?? { what: key(args), calls: 0, microseconds: 0 };
      row.calls += 1 / steps;
      row.microseconds += (least?.get(node) ?? Math.min(dur, 3 * usual.get(node)!)) / steps;
      rows.set(row.what, row);
    }
    return [...rows.values()].sort((a, b) => b.microseconds - a.microseconds);
  };
  const shapes = (args: Record<string, unknown>): string => (args.input_type_shape as Record<string, number[]>[]).map((shape) => `[${Object.values(shape)[0].join()}]`).join(" ");
  const byOperator = grouped((args) => `${args.op_name}`);
  await training.close();
  fs.rmSync(folder, { recursive: true, force: true });
  return { byOperator, byShape: grouped((args) => `${args.op_name} ${shapes(args)}`), total: byOperator.reduce((sum, { microseconds }) => sum + microseconds, 0), wall: (1e6 * seconds) / steps };
}
