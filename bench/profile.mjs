// Where a step's time goes: `node bench/profile.mjs gpt [--threads 1] [--lowering plain] [--steps 50] [--rows 40] [--quantile 0.1]`.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: { type: "string", default: "1" }, lowering: { type: "string" }, steps: { type: "string", default: "50" }, rows: { type: "string", default: "40" }, quantile: { type: "string" } } });
const outfile = path.join(root, "dist", "bench", "profile.cjs");
await esbuild.build({ absWorkingDir: root, entryPoints: ["bench/profile.ts"], bundle: true, platform: "node", target: "node20", format: "cjs", external: ["onnxruntime-node"], outfile, logLevel: "warning" });
const { profileModel } = createRequire(import.meta.url)(outfile);

for (const name of positionals) {
  const { byOperator, byShape, total, wall } = await profileModel(name, { threads: Number(values.threads), lowering: values.lowering, steps: Number(values.steps), quantile: values.quantile === undefined ? undefined : Number(values.quantile) });
  console.log(`${name}: kernels ${(total / 1000).toFixed(2)} ms a step, with profiling ${(wall / 1000).toFixed(2)} ms`);
  for (const rows of [byOperator, byShape]) {
    for (const { what, calls, microseconds } of rows.slice(0, Number(values.rows))) console.log(`${microseconds.toFixed(0).padStart(8)} us ${calls.toFixed(0).padStart(5)}x  ${what}`);
    console.log();
  }
}
