import type * as vscode from "vscode";
import type { ComparePanels } from "./compare/comparePanels.js";
import type { CurveThread } from "./curves/curveThread.js";
import type { LintDiagnostics } from "./editor/lintDiagnostics.js";
import type { GroupPanels } from "./groups/groupPanels.js";
import type { Log } from "./log.js";
import type { OpenLogs } from "./logs/openLogs.js";
import type { RunPanels } from "./panels/runPanels.js";
import type { RunLabels } from "./runs/runLabels.js";
import type { Searches } from "./search/searches.js";
import type { RunStore } from "./runs/runStore.js";
import type { WholeStore } from "./runs/wholeStore.js";
import type { TryPanels } from "./try/tryPanels.js";
import type { RunsTree } from "./views/runsTree.js";
import type { SpareRuntime } from "../runtime/client/spareRuntime.js";

/** What every part of the host may use. */
export interface Services {
  readonly log: Log;
  readonly store: RunStore;
  readonly extensionUri: vscode.Uri;
  /** The bundle that is forked to train; absolute. */
  readonly runtimePath: string;
  /** A process that waits for the next run. */
  readonly spare: SpareRuntime;
  /** Holds the curves that panels show. */
  readonly curves: CurveThread;
  /** Folders of others' logs that are open. */
  readonly logs: OpenLogs;
  /** The product's own folder for what it measured; absolute. */
  readonly storage: string;
  /** What is remembered of this workspace. */
  readonly memory: vscode.Memento;
}

/** What the commands use: the services and the parts that people see. Made by `activate`, disposed with the extension. */
export interface Host extends Services {
  readonly panels: RunPanels;
  /** The Runs view, and what a person wrote on its runs. */
  readonly tree: RunsTree;
  readonly labels: RunLabels;
  /** Searches, repeats and ensembles. */
  readonly wholes: WholeStore;
  readonly searches: Searches;
  readonly groups: GroupPanels;
  readonly comparisons: ComparePanels;
  readonly diagnostics: LintDiagnostics;
  readonly tries: TryPanels;
}
