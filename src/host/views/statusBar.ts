import * as vscode from "vscode";
import { formatDuration, formatValue } from "../../common/format.js";
import { commands } from "../../contributions.js";
import { epochsDone, progressWords } from "../runs/describe.js";
import { stateOf, type Run } from "../runs/run.js";
import type { RunStore } from "../runs/runStore.js";

/** Milliseconds between two updates. */
const interval = 250;

/** Progress of the live runs in the status bar: the newest in words, the others in the tooltip. A click opens the newest. */
export class RunStatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("descent.progress", vscode.StatusBarAlignment.Left, 50);
  private readonly subscription: vscode.Disposable;
  private late: NodeJS.Timeout | null = null;

  constructor(private readonly store: RunStore) {
    this.item.name = "Descent: Training";
    this.subscription = store.onDidChange(({ what }) => {
      if (what === "progress" || what === "finding") this.late ??= setTimeout(() => this.update(), interval);
      else this.update();
    });
  }

  dispose(): void {
    if (this.late) clearTimeout(this.late);
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    if (this.late) clearTimeout(this.late);
    this.late = null;
    const { live } = this.store;
    if (live.length === 0) return this.item.hide();
    const more = live.length > 1 ? ` (+${live.length - 1})` : "";
    this.item.text = `${stateOf(live[0]) === "paused" ? "$(debug-pause)" : "$(loading~spin)"} ${shortLine(live[0])}${more}`;
    this.item.tooltip = live.map((run) => `${run.manifest.name}: ${longLine(run)}`).join("\n");
    this.item.accessibilityInformation = { label: `Descent, ${live[0].manifest.name}, ${longLine(live[0])}`, role: "button" };
    this.item.command = { command: commands.openRun.id, title: commands.openRun.title, arguments: [{ runFolder: live[0].folder }] };
    this.item.show();
  }
}

/** `mnist  2.3/5  loss 0.081  1:04`: name, epochs done of all, last loss, time left. */
function shortLine(run: Run): string {
  const { progress, loss } = run.live ?? {};
  if (stateOf(run) === "preparing" || !progress) return `${run.manifest.name} ${stateOf(run)}`;
  const parts = [run.manifest.name, `${epochsDone(progress).toFixed(1)}/${Math.ceil(progress.epochs)}`];
  if (typeof loss === "number") parts.push(`loss ${formatValue(loss)}`);
  if (progress.secondsLeft !== null && stateOf(run) === "running") parts.push(formatDuration(progress.secondsLeft));
  return parts.join("  ");
}

function longLine(run: Run): string {
  const { progress, loss } = run.live ?? {};
  const parts: string[] = [stateOf(run)];
  if (progress) parts.push(progressWords(progress));
  if (typeof loss === "number") parts.push(`loss ${formatValue(loss)}`);
  return parts.join(", ");
}
