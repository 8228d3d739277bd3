/** The compiled kernels, for tests; built where they are out of date. */
import { readFileSync } from "node:fs";

/** A module, as a worker would compile it once. */
export async function projectionWasm(): Promise<WebAssembly.Module> {
  const { buildAssembly } = (await import("../../../scripts/assembly.mjs" as string)) as { buildAssembly(): Promise<string> };
  return WebAssembly.compile(readFileSync(await buildAssembly()));
}
