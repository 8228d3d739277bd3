// ONNX's own node test models: `node test/conformance/onnxNodeTests.mjs [names]`, where python3 has the packages onnx and onnxruntime.
// Prints, by operator, how many models' gradients agree with differences of ONNX Runtime's results; fails below nine operators in ten.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "onnx-node-tests-"));
try {
  const bundle = path.join(folder, "differentiateAll.cjs");
  await esbuild.build({ entryPoints: [path.join(here, "differentiateAll.ts")], outfile: bundle, bundle: true, platform: "node", format: "cjs", logLevel: "warning" });
  const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");
  const { status } = spawnSync(python, [path.join(here, "onnxNodeTests.py"), process.execPath, bundle, folder, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
