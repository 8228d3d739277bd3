import { expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { withFallback } from "../../../src/engine/lowering/fallback.js";
import { blobs, backend, configOf, layersOf, runToEnd, trainerFor } from "../training/testRun.js";

it("trains on with the plain form, and says so, where the runtime refuses the blocked one", async () => {
  let sessions = 0;
  const refusing: typeof backend = {
    createSession: async (model, options) => {
      sessions += 1;
      // the first session looks for the size of a block, the second is the blocked step
      if (sessions === 2) throw new DescentError("session-refused", "ONNX Runtime refuses the graph: no such kernel.");
      return backend.createSession(model, options);
    },
  };
  const said: string[] = [];
  const config = configOf({ model: layersOf(["dense", { units: 3 }]), training: { epochs: 1 } });
  const tuning = { threads: 1, chunkSteps: 20, lowering: "blocked" };
  const log = (level: string, text: string): void => void said.push(`${level}: ${text}`);
  const trainer = await trainerFor(config, blobs(), { backend: refusing, tuning, log });
  const events = await runToEnd(trainer);
  await trainer.dispose();
  expect(events.at(-1)).toMatchObject({ kind: "end", status: "completed" });
  expect(said.filter((line) => line.startsWith("warning: The blocked form of the training step is refused"))).toHaveLength(1);
});

it("passes on failures that another form would not mend, and refusals of the plain form", async () => {
  const fail = (code: string): (() => Promise<never>) => () => Promise.reject(new DescentError(code, "No."));
  const silent = (): void => undefined;
  await expect(withFallback("blocked", fail("device-unavailable"), silent)).rejects.toMatchObject({ code: "device-unavailable" });
  await expect(withFallback("plain", fail("session-refused"), silent)).rejects.toMatchObject({ code: "session-refused" });
});
