// A controller of 10,000 trials on a simulated scheduler: `node bench/cluster.mjs [TRIALS]`. Figures in docs/cluster.md.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outfile = path.join(root, ".cache", "bench-cluster.cjs");
fs.mkdirSync(path.dirname(outfile), { recursive: true });
await esbuild.build({ entryPoints: [path.join(root, "bench", "cluster.ts")], outfile, bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "warning" });
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1);
