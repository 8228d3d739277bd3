// What is checked without running anything: types, lint, layers, unused code. `npm run check`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./generate.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(path.join(root, "package.json"));

/** A package's command as a script for this Node. */
function command(packageName, name) {
  const manifest = require(`${packageName}/package.json`);
  const bin = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[name];
  return path.join(path.dirname(require.resolve(`${packageName}/package.json`)), bin);
}

const checks = [
  { title: "types", script: () => command("typescript", "tsc"), args: ["-p", "."] },
  { title: "lint", script: () => command("oxlint", "oxlint"), args: ["src", "webview", "test", "bench", "scripts"] },
  { title: "layers", script: () => path.join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs"), args: ["src", "webview", "--config", ".dependency-cruiser.cjs", "--output-type", "err"] },
  { title: "unused code", script: () => path.join(root, "node_modules", "knip", "bin", "knip.js"), args: [] },
];

/** Runs every check; returns the counts. */
export function runChecks() {
  generate();
  let failed = 0;
  for (const { title, script, args } of checks) {
    const result = spawnSync(process.execPath, [script(), ...args], { cwd: root, encoding: "utf8" });
    const good = result.status === 0;
    if (!good) failed += 1;
    console.log(`${good ? "ok" : "FAILED"} ${title}`);
    if (!good) console.log(`${result.stdout}${result.stderr}`);
  }
  return { passed: checks.length - failed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(runChecks().failed === 0 ? 0 : 1);
