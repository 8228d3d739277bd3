// Peak memory of training steps against PyTorch's, each in a process of its own, above what the process holds after a few steps of a small model.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Bytes above the base on both sides (`theirs` null without PyTorch); Linux only. */
export async function measureMemory(model, threads) {
  const outfile = path.join(root, "dist", "bench", "memory.cjs");
  await esbuild.build({ absWorkingDir: root, entryPoints: ["bench/memory.ts"], bundle: true, platform: "node", target: "node20", format: "cjs", external: ["onnxruntime-node"], outfile, logLevel: "warning" });
  const above = (command, args) => {
    const { base, peak } = JSON.parse(execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim().split("\n").at(-1));
    return peak - base;
  };
  const ours = above(process.execPath, [outfile, model, `${threads}`]);
  let theirs = null;
  try {
    theirs = above("python3", [path.join(root, "bench", "torchWorker.py"), "memory", model, `${threads}`]);
  } catch {
    // no PyTorch here
  }
  return { ours, theirs };
}
