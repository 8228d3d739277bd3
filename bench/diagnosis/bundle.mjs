// Bundles a module of this folder and loads it.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { generate } from "../../scripts/generate.mjs";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** The exports of `bench/diagnosis/<name>.ts`. */
export async function load(name) {
  generate();
  const outfile = path.join(root, "dist", "bench", `diagnosis-${name}.cjs`);
  await esbuild.build({ absWorkingDir: root, entryPoints: [`bench/diagnosis/${name}.ts`], bundle: true, platform: "node", target: "node20", format: "cjs", external: ["onnxruntime-node"], outfile, logLevel: "warning" });
  return createRequire(import.meta.url)(outfile);
}
