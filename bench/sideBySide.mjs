// Five seeds stacked in one graph against one after the other: `python3 bench/sideBySide.py FOLDER && node bench/sideBySide.mjs FOLDER`. Figures in docs/severalRuns.md.
import fs from "node:fs";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";

const folder = process.argv[2];
const steps = 300;
const times = new Map();
const random = (dims) => new Tensor("float32", Float32Array.from({ length: dims.reduce((size, dim) => size * dim, 1) }, () => Math.random() - 0.5), dims);
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".onnx"))) {
  const session = await InferenceSession.create(path.join(folder, file), { intraOpNumThreads: 1 });
  const [, name, batch, hidden, seeds] = /(\w+)_b(\d+)_h(\d+)_n(\d+)/.exec(file).map((part, i) => (i < 2 ? part : Number(part)));
  const [inputs, outputs] = name === "moons" ? [2, 2] : [64, 10];
  const feeds = {
    K: new Tensor("int64", BigInt64Array.of(BigInt(steps)), []), c: new Tensor("bool", Uint8Array.of(1), []),
    X: random([seeds, batch, inputs]), T: random([seeds, batch, outputs]), W1: random([seeds, inputs, hidden]), W2: random([seeds, hidden, outputs]),
  };
  await session.run(feeds);
  let best = Infinity;
  for (let i = 0; i < 7; i++) {
    const begun = performance.now();
    await session.run(feeds);
    best = Math.min(best, performance.now() - begun);
  }
  times.set(file, (1000 * best) / steps);
}
for (const [file, five] of times) {
  const one = times.get(file.replace("n5", "n1"));
  if (file.endsWith("n5.onnx")) console.log(`${file}: one seed ${one.toFixed(1)} us a step, five stacked ${five.toFixed(1)}: ${((5 * one) / five).toFixed(2)} x the speed of one after the other`);
}
