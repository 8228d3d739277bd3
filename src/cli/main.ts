/** The command line: `descent COMMAND`. */
import { Command, CommanderError } from "commander";
import { addCancel } from "./commands/cancel.js";
import { addCheck } from "./commands/check.js";
import { addCompare } from "./commands/compare.js";
import { addCurvature } from "./commands/curvature.js";
import { addDevices } from "./commands/devices.js";
import { addDiagnose } from "./commands/diagnose.js";
import { addDifferentiate } from "./commands/differentiate.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addExport } from "./commands/export.js";
import { addLint } from "./commands/lint.js";
import { addProject } from "./commands/project.js";
import { addPredict } from "./commands/predict.js";
import { addReport } from "./commands/report.js";
import { addRules } from "./commands/rules.js";
import { addRuns } from "./commands/runs.js";
import { addSample } from "./commands/sample.js";
import { addSchema } from "./commands/schema.js";
import { addSearch } from "./commands/search.js";
import { addTrain } from "./commands/train.js";
import { addTrial } from "./commands/trial.js";
import { exitCodes } from "./exitCodes.js";
import { printError, printNote } from "./output.js";
import { version } from "../../package.json";

function createProgram(): Command {
  const program = new Command("descent").description("Train neural networks and find out why they do not learn.").version(version);
  // wrong usage is told like every other error; commander itself would end with exit code 1
  program.exitOverride().configureOutput({ outputError: (text) => printNote(text.replace(/^error: /, "error[wrong-usage]: ").trimEnd()) });
  const add = [addTrain, addSearch, addLint, addCheck, addDiagnose, addCurvature, addRuns, addCompare, addReport, addEvaluate, addPredict, addSample, addExport, addDifferentiate, addDevices, addRules, addSchema, addProject, addCancel, addTrial];
  for (const addTo of add) addTo(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      process.exitCode = thrown.exitCode === 0 ? exitCodes.done : exitCodes.unusable;
    } else {
      printError(thrown);
      process.exitCode = exitCodes.unusable;
    }
  }
}

void main();
