/**
 * Lays out the points of a file on so many threads and prints the seconds of each part: `projection METHOD POINTS.npy-like ROWS WIDTH THREADS OUT`.
 * Points are raw float32; the layout is written so. Run by projection.mjs, which compares with scikit-learn and umap-learn.
 */
import fs from "node:fs";
import { Worker } from "node:worker_threads";
import type { Helpers } from "../src/engine/projection/team.js";
import { Tsne } from "../src/engine/projection/tsne.js";
import { Umap } from "../src/engine/projection/umap.js";

const [method, file, rowsText, widthText, threadsText, helperFile, wasmFile, out] = process.argv.slice(2);
const [rows, width, threads] = [rowsText, widthText, threadsText].map(Number);
const bytes = fs.readFileSync(file);
const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const module = new WebAssembly.Module(fs.readFileSync(wasmFile));
const workers: Worker[] = [];
const helpers: Helpers = { count: threads - 1, start: (handed) => void workers.push(new Worker(helperFile, { workerData: handed })) };

const begin = performance.now();
const layouter = method === "umap" ? Umap.prepare(module, { data, rows, width }, { helpers }) : Tsne.prepare(module, { data, rows, width }, { helpers });
const prepared = performance.now();
while (!layouter.done) layouter.advance(25);
const done = performance.now();
layouter.dispose();
fs.writeFileSync(out, Buffer.from(layouter.layout().buffer));
console.log(JSON.stringify({ neighbours: (prepared - begin) / 1000, layout: (done - prepared) / 1000, seconds: (done - begin) / 1000 }));
await Promise.all(workers.map((worker) => worker.terminate()));
