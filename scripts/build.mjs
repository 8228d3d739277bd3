// Builds everything into dist/: `node scripts/build.mjs [--production] [--watch]`.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { buildAssembly } from "./assembly.mjs";
import { generate } from "./generate.mjs";
import { nodeBundle } from "./nodeBundle.mjs";
import { webBundle } from "./webBundle.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

const shared = { absWorkingDir: root, outdir: dist, bundle: true, sourcemap: !production, minify: production, logLevel: "warning", tsconfig: path.join(root, "tsconfig.json") };
// dist/package.json says commonjs: VS Code of our lowest version loads extensions so
const node = { ...shared, ...nodeBundle };
// what a panel loads may come over a slow remote connection: small, unless someone is at work on it
const web = { ...shared, ...webBundle, minify: !watch };

/** Bundle name to entry; entries that a checkout lacks are an error. */
const bundles = [
  { ...node, entryPoints: { extension: "src/extension.ts" }, external: ["vscode"] },
  { ...node, entryPoints: { cli: "src/cli/launch.ts" }, banner: { js: "#!/usr/bin/env node" } },
  { ...node, entryPoints: { "cli.main": "src/cli/main.ts", runtime: "src/runtime/launch.ts", "runtime.main": "src/runtime/main.ts" }, external: ["onnxruntime-node"] },
  { ...node, entryPoints: { search: "src/cluster/main.ts" } },
  { ...node, entryPoints: { "workers/curves": "src/host/workers/curves.ts" } },
  { ...node, entryPoints: { "workers/examples": "src/runtime/workers/examples.ts" } },
  { ...node, entryPoints: { "workers/images": "src/runtime/workers/images.ts" } },
  { ...node, entryPoints: { "workers/logs": "src/logs/worker.ts" } },
  { ...node, entryPoints: { "workers/report": "src/report/worker.ts" } },
  { ...node, entryPoints: { "workers/projection": "src/runtime/workers/projection.ts" } },
  { ...node, entryPoints: { "workers/projectionHelper": "src/runtime/workers/projectionHelper.ts" } },
  { ...web, entryPoints: { "webview/run": "webview/panels/run/main.ts", "webview/try": "webview/panels/try/main.ts", "webview/search": "webview/panels/search/main.ts", "webview/group": "webview/panels/group/main.ts", "webview/compare": "webview/panels/compare/main.ts" } },
];

generate();
await buildAssembly();
fs.mkdirSync(dist, { recursive: true });
fs.mkdirSync(path.join(dist, "wasm"), { recursive: true });
fs.copyFileSync(path.join(root, "node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"), path.join(dist, "wasm", "mozjpeg_dec.wasm"));
fs.writeFileSync(path.join(dist, "package.json"), JSON.stringify({ type: "commonjs" }));
for (const options of bundles) {
  if (watch) await (await esbuild.context(options)).watch();
  else await esbuild.build(options);
}
