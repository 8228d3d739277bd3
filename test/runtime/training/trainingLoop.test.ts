/** How the loop is left: by itself, or because someone asked in time. */
import { expect, it } from "vitest";
import type { Trainer, TrainerEvent } from "../../../src/engine/training/types.js";
import { Control } from "../../../src/runtime/training/control.js";
import { trainingLoop } from "../../../src/runtime/training/trainingLoop.js";

/** A trainer with so many pieces of work before its end, as far as the loop sees it. */
function trainerOf(pieces: number): Trainer {
  let left = pieces;
  const trainer = {
    get isDone() {
      return left === 0;
    },
    next: async () => (left-- > 0 ? { kind: "steps" } : { kind: "end", status: "completed" }) as TrainerEvent,
  };
  return trainer as unknown as Trainer;
}

async function leave(pieces: number, stopAfter: number): Promise<{ end: string; checkpoints: number; done: number }> {
  const control = new Control();
  let [checkpoints, done] = [0, 0];
  const onEvent = async () => {
    done += 1;
    if (done === stopAfter) control.end("asked to");
  };
  const { kind } = await trainingLoop(trainerOf(pieces), control, { onEvent, checkpoint: async () => void checkpoints++, onPaused: () => {} });
  return { end: kind, checkpoints, done };
}

it("ends by itself", async () => expect(await leave(3, 9)).toEqual({ end: "end", checkpoints: 0, done: 3 }));
it("is stopped with a checkpoint while work is left", async () => expect(await leave(3, 2)).toEqual({ end: "stopped", checkpoints: 1, done: 2 }));
it("is not stopped once nothing is left to stop", async () => expect(await leave(3, 3)).toEqual({ end: "end", checkpoints: 0, done: 3 }));
