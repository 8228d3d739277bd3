import { setImmediate as nextTurn } from "node:timers/promises";
import type { Trainer, TrainerEvent, TrainingEnded } from "../../engine/training/types.js";
import type { Control } from "./control.js";

/** What the loop tells while it goes. */
export interface LoopHooks {
  /** A chunk or an evaluation is done, or a checkpoint is due. */
  readonly onEvent: (event: Exclude<TrainerEvent, TrainingEnded>) => Promise<void>;
  /** A checkpoint was asked for, or the run is about to be left. */
  readonly checkpoint: () => Promise<void>;
  readonly onPaused: (paused: boolean) => void;
}

/** How the loop was left: by itself, or because someone asked. */
export type LoopEnd = TrainingEnded | { readonly kind: "stopped"; readonly reason: string };

/**
 * Trains until the run ends or someone ends it. Between two pieces of work it lets the event loop run and does what was asked for,
 * so every command acts within the time of a chunk.
 */
export async function trainingLoop(trainer: Trainer, control: Control, hooks: LoopHooks): Promise<LoopEnd> {
  for (;;) {
    await nextTurn(); // messages, signals and timers get their turn
    await control.answerRequests();
    if (control.checkpointWanted) {
      control.checkpointWanted = false;
      await hooks.checkpoint();
    }
    // asked when nothing was left to stop: the run is over, by itself
    if (control.ending !== null && !trainer.isDone) {
      await hooks.checkpoint();
      return { kind: "stopped", reason: control.ending };
    }
    if (control.learningRate !== null) {
      trainer.setLearningRate(control.learningRate);
      control.learningRate = null;
    }
    if (control.paused) {
      hooks.onPaused(true);
      await control.somethingAsked();
      if (!control.paused) hooks.onPaused(false);
      continue;
    }
    const event = await trainer.next();
    if (event.kind === "end") return event;
    await hooks.onEvent(event);
  }
}
