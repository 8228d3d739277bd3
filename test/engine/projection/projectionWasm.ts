/** The compiled kernels, for tests; built where they are out of date. */
import { readFileSync } from "node:fs";
import { buildAssembly } from "../../../scripts/assembly.mjs";

/** A module, as a worker would compile it once. */
export async function projectionWasm(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(readFileSync(await buildAssembly()));
}
