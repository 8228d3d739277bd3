/** The command line: `descent COMMAND`. */
import "../protocol/interpretSchemas.js";
import type { ChildProcess } from "node:child_process";
import { Command, CommanderError } from "commander";
import { exitCodes } from "./exitCodes.js";
import { printError, printNote } from "./output.js";
import { version } from "../../package.json";

/** Commands in the order of the help, loaded when they are asked for: a short one then takes 0.22 s of a core instead of 0.30. */
const commands: Readonly<Record<string, () => Promise<(program: Command, training: ChildProcess | undefined) => void>>> = {
  train: () => import("./commands/train.js").then(({ addTrain }) => addTrain),
  search: () => import("./commands/search.js").then(({ addSearch }) => addSearch),
  lint: () => import("./commands/lint.js").then(({ addLint }) => addLint),
  check: () => import("./commands/check.js").then(({ addCheck }) => addCheck),
  diagnose: () => import("./commands/diagnose.js").then(({ addDiagnose }) => addDiagnose),
  curvature: () => import("./commands/curvature.js").then(({ addCurvature }) => addCurvature),
  runs: () => import("./commands/runs.js").then(({ addRuns }) => addRuns),
  compare: () => import("./commands/compare.js").then(({ addCompare }) => addCompare),
  report: () => import("./commands/report.js").then(({ addReport }) => addReport),
  evaluate: () => import("./commands/evaluate.js").then(({ addEvaluate }) => addEvaluate),
  predict: () => import("./commands/predict.js").then(({ addPredict }) => addPredict),
  sample: () => import("./commands/sample.js").then(({ addSample }) => addSample),
  export: () => import("./commands/export.js").then(({ addExport }) => addExport),
  differentiate: () => import("./commands/differentiate.js").then(({ addDifferentiate }) => addDifferentiate),
  devices: () => import("./commands/devices.js").then(({ addDevices }) => addDevices),
  rules: () => import("./commands/rules.js").then(({ addRules }) => addRules),
  schema: () => import("./commands/schema.js").then(({ addSchema }) => addSchema),
  project: () => import("./commands/project.js").then(({ addProject }) => addProject),
  cancel: () => import("./commands/cancel.js").then(({ addCancel }) => addCancel),
  trial: () => import("./commands/trial.js").then(({ addTrial }) => addTrial),
};

/** With the command that the arguments begin with, or, where they name none, with all. */
async function createProgram(training: ChildProcess | undefined): Promise<Command> {
  const program = new Command("descent").description("Train neural networks and find out why they do not learn.").version(version);
  // wrong usage is told like every other error; commander itself would end with exit code 1
  program.exitOverride().configureOutput({ outputError: (text) => printNote(text.replace(/^error: /, "error[wrong-usage]: ").trimEnd()) });
  const named = Object.hasOwn(commands, process.argv[2] ?? "") ? [commands[process.argv[2]]] : Object.values(commands);
  for (const load of named) (await load())(program, training);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** Does what the arguments ask. `training`: a runtime process that waits for a job, where one may be needed. */
export async function main(training?: ChildProcess): Promise<void> {
  try {
    await (await createProgram(training)).parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? exitCodes.done : exitCodes.unusable;
    } else {
      printError(thrown);
      process.exitCode = exitCodes.unusable;
    }
  }
}
