// Bundles the tests of this folder into dist/test/integration/index.js.
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Mocha stays outside, since it loads its reporters by name. */
export async function bundleHostTests() {
  await esbuild.build({
    absWorkingDir: root, bundle: true, platform: "node", target: "node20", format: "cjs", sourcemap: "inline", logLevel: "warning",
    entryPoints: { "test/integration/index": "test/integration/index.ts" }, outdir: "dist", external: ["vscode", "mocha", "onnxruntime-node"],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleHostTests();
