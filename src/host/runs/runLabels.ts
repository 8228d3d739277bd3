import * as vscode from "vscode";
import { z } from "zod";

const labelSchema = z.object({ tags: z.array(z.string()), note: z.string(), archived: z.boolean() });
/** What a person wrote on a run. */
export type RunLabel = z.infer<typeof labelSchema>;

const none: RunLabel = { tags: [], note: "", archived: false };
const memoryKey = "descent.runs.labels";

/** Tags, notes and the archive: kept by the workspace, beside the runs and not in them, so that logs of others have them too. */
export class RunLabels {
  private readonly labels: Map<string, RunLabel>;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {
    const kept = z.record(z.string(), labelSchema).safeParse(memory.get(memoryKey));
    this.labels = new Map(kept.success ? Object.entries(kept.data) : []);
  }

  of(folder: string): RunLabel {
    return this.labels.get(folder) ?? none;
  }

  /** Every tag in use, by the alphabet. */
  get tags(): string[] {
    return [...new Set([...this.labels.values()].flatMap(({ tags }) => tags))].sort();
  }

  async change(folders: readonly string[], change: (label: RunLabel) => RunLabel): Promise<void> {
    for (const folder of folders) {
      const label = change(this.of(folder));
      if (label.tags.length === 0 && label.note === "" && !label.archived) this.labels.delete(folder);
      else this.labels.set(folder, label);
    }
    await this.memory.update(memoryKey, Object.fromEntries(this.labels));
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
