import * as vscode from "vscode";
import { commands, type CommandName } from "../../contributions.js";
import { showError } from "../errors.js";
import type { Host } from "../host.js";
import { check } from "./check.js";
import { installCuda, removeCuda, showDevices } from "./devices.js";
import { deleteRun, openRun, openRunFile, revealRun } from "./look.js";
import { archiveRuns, arrangeRunsView, compareRuns, noteRun, saveReport, tagRuns } from "./manyRuns.js";
import { closeLogs, openLogs } from "./openLogs.js";
import { measureCurvature } from "./measureCurvature.js";
import { newTrainingFile } from "./newTrainingFile.js";
import { openSearch, search } from "./search.js";
import { showRule } from "./showRule.js";
import { showStep } from "./showStep.js";
import { openGroup } from "./openGroup.js";
import { checkpointNow, pause, resume, setLearningRate, stop } from "./steer.js";
import { continueRun, train } from "./train.js";
import { tellApart } from "./tellApart.js";
import { tryFix } from "./tryFix.js";
import { evaluateTest, exportModel, sampleText } from "./useModel.js";

/** `selected`: all that are selected, where a command is called on one of several items of a view. */
type Handler = (host: Host, argument: unknown, selected: unknown) => unknown;

const handlers: Record<CommandName, Handler> = {
  train,
  search,
  openSearch,
  check,
  tryFix,
  tellApart,
  pause,
  resume,
  stop,
  checkpointNow,
  setLearningRate,
  continueRun,
  openRun,
  openGroup,
  evaluateTest,
  exportModel,
  measureCurvature,
  sampleText,
  openRunFile,
  revealRun,
  deleteRun,
  compareRuns,
  saveReport,
  tagRuns,
  noteRun,
  archiveRuns,
  arrangeRuns: arrangeRunsView,
  openLogs,
  closeLogs,
  newTrainingFile,
  refreshRuns: (host) => host.store.refresh(),
  showDevices,
  installCuda,
  removeCuda,
  showLog: (host) => host.log.show(),
  showRule,
  showStep,
};

/** Registers every command of the contributions. One that fails says so to the user, and gives `undefined` to whoever called it. */
export function registerCommands(host: Host): vscode.Disposable {
  const names = Object.keys(handlers) as CommandName[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.commands.registerCommand(commands[name].id, async (argument: unknown, selected: unknown) => {
        try {
          return await handlers[name](host, argument, selected);
        } catch (thrown) {
          void showError(host.log, `Descent: ${commands[name].title.replace("...", "")}`, thrown);
          return undefined;
        }
      }),
    ),
  );
}
