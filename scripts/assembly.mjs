// Compiles the projections' AssemblyScript: src/engine/projection/assembly/tsne.ts -> dist/wasm/tsne.wasm. Skipped where nothing is newer.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = path.join("src", "engine", "projection", "assembly");
const output = path.join("dist", "wasm", "tsne.wasm");

/** Builds what is out of date; returns the path of the wasm file. */
export async function buildAssembly() {
  const made = path.join(root, output);
  const newest = Math.max(...fs.readdirSync(path.join(root, sources)).map((name) => fs.statSync(path.join(root, sources, name)).mtimeMs));
  if (fs.existsSync(made) && fs.statSync(made).mtimeMs >= newest) return made;
  const { bytes } = await compile();
  fs.mkdirSync(path.dirname(made), { recursive: true });
  // by a rename, so that a test that runs at the same time never reads half a file
  fs.writeFileSync(`${made}.${process.pid}`, bytes);
  fs.renameSync(`${made}.${process.pid}`, made);
  return made;
}

async function compile() {
  const files = new Map();
  const { error, stderr } = await asc.main(
    [path.posix.join(...sources.split(path.sep), "tsne.ts"), "--outFile", "tsne.wasm", "--runtime", "stub", "--enable", "simd,threads", "--importMemory", "--sharedMemory", "--initialMemory", "16", "--maximumMemory", "32768", "--noAssert", "-O3", "--use", "abort="],
    { readFile: (name, base) => (fs.existsSync(path.resolve(root, base ?? ".", name)) ? fs.readFileSync(path.resolve(root, base ?? ".", name), "utf8") : null), writeFile: (name, contents) => void files.set(name, contents), listFiles: () => [] },
  );
  if (error !== null) throw new Error(`AssemblyScript: ${stderr.toString()}`, { cause: error });
  return { bytes: files.get("tsne.wasm") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildAssembly());
