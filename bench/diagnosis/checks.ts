/** The short experiments on healthy programs: whatever fails there is a false alarm. */
import { check } from "../../src/runtime/jobs/check.js";
import type { CheckEvent } from "../../src/protocol/runEvents.js";
import { classics, tutorials } from "./classics.js";

/** Runs the named checks (all without a name) on tutorials and mended classics; tells of each that fails. Gives the programs and those without a failure. */
export async function checkHealthy(root: string, only: readonly string[], report: (line: string) => void): Promise<{ readonly programs: number; readonly silent: number }> {
  const programs = [...tutorials(root), ...classics(root)];
  let silent = 0;
  for (const { name, fixed } of programs) {
    const failed: CheckEvent[] = [];
    const nothing = (): void => undefined;
    const settled = async (): Promise<void> => undefined;
    const source = { file: `${root}/program.train.yaml`, text: fixed, overrides: {} };
    const begin = performance.now();
    await check({ job: "check", source, storage: root, only: [...only], device: "cpu", threads: 1, rules: {} }, {
      log: nothing, progress: nothing, finding: nothing, experiment: nothing, projection: nothing, surface: nothing, inspected: nothing, listening: nothing, refused: settled, done: settled,
      check: (event) => { if (event.status === "failed") failed.push(event); },
    });
    if (failed.length === 0) silent += 1;
    for (const { id, message } of failed) report(`${id} fails on ${name} (${((performance.now() - begin) / 1000).toFixed(0)} s): ${message}`);
  }
  return { programs: programs.length, silent };
}
