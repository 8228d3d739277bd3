/** Commands that steer a live run. They act at the run's next chunk, within half a second. */
import * as vscode from "vscode";
import type { Host } from "../host.js";
import { canPause, canResume, isLive } from "../runs/actions.js";
import { pickRun } from "./pickRun.js";

const noneLive = "No run is training.";

export async function stop(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: isLive, question: "Which run is to be stopped?", none: noneLive });
  run?.live?.handle.stop();
}

export async function pause(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: canPause, question: "Which run is to be paused?", none: noneLive });
  run?.live?.handle.pause();
}

export async function resume(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: canResume, question: "Which run is to be resumed?", none: "No run is paused." });
  run?.live?.handle.resume();
}

export async function checkpointNow(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: isLive, question: "Which run is to write a checkpoint?", none: noneLive });
  run?.live?.handle.checkpoint();
}

export async function setLearningRate(host: Host, argument: unknown): Promise<void> {
  const run = await pickRun(host, argument, { filter: isLive, question: "Whose learning rate is to be set?", none: noneLive });
  if (!run) return;
  const answer = await vscode.window.showInputBox({
    title: `Learning rate of ${run.manifest.name}`,
    prompt: "The rate from the next steps on; the schedule goes on from there in proportion.",
    placeHolder: "1e-3",
    validateInput: (text) => (text.trim() === "" || positiveNumber(text) !== null ? undefined : "A number above 0, such as 1e-3."),
  });
  const rate = answer === undefined ? null : positiveNumber(answer);
  if (rate !== null) run.live?.handle.setLearningRate(rate);
}

function positiveNumber(text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}
