/** Entry of the extension: builds its services and registers what they offer. Everything made here is disposed with the extension. */
import * as vscode from "vscode";
import { CheckTests } from "./host/checks/testExplorer.js";
import { registerCommands } from "./host/commands/registerCommands.js";
import { CurveThread } from "./host/curves/curveThread.js";
import { FixActions } from "./host/editor/codeActions.js";
import { TrainingCodeLens } from "./host/editor/codeLens.js";
import { TrainingCompletion } from "./host/editor/completion.js";
import { FindingHover } from "./host/editor/findingHover.js";
import { DataLooks } from "./host/editor/dataLooks.js";
import { TrainingHover } from "./host/editor/hover.js";
import { LayerHints } from "./host/editor/hints/layerHints.js";
import { LintDiagnostics } from "./host/editor/lintDiagnostics.js";
import { trainingFiles } from "./host/editor/selector.js";
import { RunCurves } from "./host/evidence/runCurves.js";
import { ComparePanels } from "./host/compare/comparePanels.js";
import { GroupPanels } from "./host/groups/groupPanels.js";
import { continueGroup } from "./host/groups/startGroup.js";
import type { Host, Services } from "./host/host.js";
import { createLog, logError } from "./host/log.js";
import { OpenLogs } from "./host/logs/openLogs.js";
import { followLinks } from "./host/panels/runLink.js";
import { RunPanels } from "./host/panels/runPanels.js";
import { announceEnds } from "./host/runs/announceEnds.js";
import { keepSpare } from "./host/runs/keepSpare.js";
import { RunLabels } from "./host/runs/runLabels.js";
import { WholeStore } from "./host/runs/wholeStore.js";
import { RunStore } from "./host/runs/runStore.js";
import { Searches } from "./host/search/searches.js";
import { TryPanels } from "./host/try/tryPanels.js";
import { keepContextKeys } from "./host/views/contextKeys.js";
import { RunsTree } from "./host/views/runsTree.js";
import { RunStatusBar } from "./host/views/statusBar.js";
import { SpareRuntime } from "./runtime/client/spareRuntime.js";

/** Called by the editor when a training file, a command or a view first needs us. */
export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const store = new RunStore(log);
  const runtimePath = context.asAbsolutePath("dist/runtime.js");
  const spare = new SpareRuntime({ runtimePath, storage: context.globalStorageUri.fsPath });
  const curves = new CurveThread(context.asAbsolutePath("dist/workers/curves.js"));
  const logs = new OpenLogs(context.asAbsolutePath("dist/workers/logs.js"), context.globalStorageUri.fsPath, store);
  const services: Services = {
    log,
    store,
    spare,
    curves,
    logs,
    extensionUri: context.extensionUri,
    runtimePath,
    storage: context.globalStorageUri.fsPath,
    memory: context.workspaceState,
  };
  const diagnostics = new LintDiagnostics(services);
  const panels = new RunPanels(services);
  const tries = new TryPanels(services);
  const labels = new RunLabels(context.workspaceState);
  const wholes = new WholeStore(log);
  const tree = new RunsTree(store, wholes, labels, context.workspaceState);
  const searches = new Searches(services);
  const hints = new LayerHints(diagnostics);
  const groups = new GroupPanels(services);
  const comparisons = new ComparePanels(services);
  const host: Host = { ...services, wholes, diagnostics, panels, searches, tries, labels, tree, groups, comparisons };
  groups.onContinue = (folder, file) => continueGroup(host, folder, file);
  const lens = new TrainingCodeLens();
  const looks = new DataLooks();
  context.subscriptions.push(
    log,
    store,
    logs,
    curves,
    diagnostics,
    panels,
    searches,
    tries,
    groups,
    comparisons,
    lens,
    registerCommands(host),
    followLinks(host),
    keepContextKeys(store, wholes),
    wholes,
    keepSpare(spare, store),
    announceEnds(store, panels),
    new CheckTests(host),
    labels,
    tree,
    new RunStatusBar(store),
    vscode.languages.registerCodeLensProvider(trainingFiles, lens),
    vscode.languages.registerCodeActionsProvider(trainingFiles, new FixActions(diagnostics), { providedCodeActionKinds: FixActions.kinds }),
    vscode.languages.registerCompletionItemProvider(trainingFiles, new TrainingCompletion(looks), ...TrainingCompletion.triggers),
    hints,
    vscode.languages.registerInlayHintsProvider(trainingFiles, hints),
    vscode.languages.registerHoverProvider(trainingFiles, new TrainingHover(looks)),
    // the last one registered stands first in a hover
    vscode.languages.registerHoverProvider(trainingFiles, new FindingHover(diagnostics, new RunCurves(store), log)),
  );
  wholes.refresh().catch((thrown) => logError(log, "Looking for searches and repeats", thrown));
  store.refresh().catch((thrown) => logError(log, "Looking for runs", thrown));
}
