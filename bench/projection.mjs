// Layouts beside scikit-learn's and umap-learn's: `node bench/projection.mjs [--threads 2] [--rounds 2] [--images FOLDER] [--large]`.
// Points are MNIST's test digits (FOLDER holds the idx files) or scikit-learn's digits, in 50 principal components. Both sides run by turns; the best of
// the rounds counts. --large adds 60,000 points of ours. Needs python3 with scikit-learn and umap-learn.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { buildAssembly } from "../scripts/assembly.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({ options: { threads: { type: "string", default: "2" }, rounds: { type: "string", default: "2" }, images: { type: "string", default: "" }, large: { type: "boolean", default: false } } });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-projection-"));
const file = (name) => path.join(folder, name);
await esbuild.build({ absWorkingDir: path.dirname(here), bundle: true, platform: "node", format: "esm", outdir: folder, entryNames: "[name]", outExtension: { ".js": ".mjs" }, entryPoints: ["bench/projection.ts", "src/runtime/workers/projectionHelper.ts"] });
const wasm = await buildAssembly();

const run = (command, args) => JSON.parse(execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim().split("\n").at(-1) || "{}");
const peer = (...args) => run("python3", [path.join(here, "projectionPeer.py"), ...args.map(String)]);
const points = (rows) => {
  execFileSync("python3", [path.join(here, "projectionPeer.py"), "points", String(rows), file(`points${rows}`), options.images], { stdio: "ignore" });
  return fs.statSync(file(`points${rows}`)).size / 200;
};
const ours = (method, rows) => run(process.execPath, [file("projection.mjs"), method, file(`points${rows}`), String(rows), "50", options.threads, file("projectionHelper.mjs"), wasm, file(`ours-${method}`)]);
const least = (list) => Math.min(...list.map(({ seconds }) => seconds));

console.log(`${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, ${options.threads} threads, load ${os.loadavg()[0].toFixed(1)}; best of ${options.rounds} by turns\n`);
console.log("| layout | points | Descent, s | peer, s | times its speed | KL, ours / peer | trustworthiness, ours / peer | of 15 neighbours kept, ours / peer |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
const rows = points(10_000);
for (const [method, name] of [["tsne", "t-SNE, scikit-learn"], ["umap", "UMAP, umap-learn"]]) {
  const [mine, theirs] = [[], []];
  for (let round = 0; round < Number(options.rounds); round++) {
    mine.push(ours(method, rows));
    theirs.push(peer(method, file(`points${rows}`), rows, file(`peer-${method}`), options.threads));
  }
  const judged = ["ours", "peer"].map((who) => peer("judge", file(`points${rows}`), rows, file(`${who}-${method}`), ...(method === "tsne" ? ["kl"] : [])));
  const both = (of, digits) => judged.map((one) => (one[of] === undefined ? "-" : one[of].toFixed(digits))).join(" / ");
  console.log(`| ${name} | ${rows} | ${least(mine).toFixed(2)} | ${least(theirs).toFixed(2)} | ${(least(theirs) / least(mine)).toFixed(1)} | ${method === "tsne" ? both("kl", 4) : "-"} | ${both("trustworthiness", 4)} | ${both("kept", 3)} |`);
}
if (options.large) {
  const many = points(60_000);
  for (const method of ["tsne", "umap"]) {
    const { seconds, neighbours } = ours(method, many);
    const { trustworthiness } = peer("judge", file(`points${many}`), many, file(`ours-${method}`));
    console.log(`| ${method === "tsne" ? "t-SNE" : "UMAP"} | ${many} | ${seconds.toFixed(1)} (${neighbours.toFixed(1)} of them for the neighbours) | - | - | - | ${trustworthiness.toFixed(4)} | - |`);
  }
}
fs.rmSync(folder, { recursive: true });
