import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import type { Host } from "../host.js";

const argumentSchema = z.object({ runFolder: z.string(), step: z.int() });

/** Shows a step in the chart of a run: where a finding was seen. */
export function showStep(host: Host, argument: unknown): void {
  const { runFolder, step } = argumentSchema.parse(argument);
  const run = host.store.get(runFolder);
  if (!run) throw new DescentError("run-missing", "This run has been deleted.");
  host.panels.open(run).showStep(step);
}
