/** What a data set is for, where the file leaves it to us. */
import { DescentError } from "../../common/errors.js";
import { branchesOf, everyLayer } from "../layers/nested.js";
import type { TrainingConfig } from "../training/config.js";
import type { RawColumn } from "./table.js";
import type { Task } from "./types.js";

/** Integer targets with more different values than this are numbers to predict, unless the loss says otherwise. */
const mostAutomaticClasses = 20;

/** What of a training file decides how its data is read. */
export type DatasetConfig = Pick<TrainingConfig, "data" | "loss" | "model">;

/** All that decides how data is read, as JSON has it: configurations in which it is equal read the same data set. */
export function decidingOf({ data, loss, model }: DatasetConfig): unknown {
  return [data, loss?.kind ?? null, outputWidth(model)];
}

/** Whether targets are classes by index, one an example or one a step: what classification and language models predict. */
export function predictsClasses(task: Task): boolean {
  return task === "classification" || task === "language_model";
}

/** Tasks that this version trains. */
export type SupportedTask = Extract<Task, "classification" | "multi_label" | "regression">;

/**
 * The task, from (in this order) `data.task`, the targets and the loss:
 * text is classification; `cross_entropy` and `nll` are classification; `binary_cross_entropy` (and `focal`, and `hinge` of integers) is classification of one column of integers or
 * multi-label of several columns (or of values between 0 and 1); several other columns are a regression. One column of integers under
 * `mse`, `mae`, `huber` or without a loss is a classification when it comes from a file of labels or has at most 20 different values, each twice on
 * average (under a model with several outputs: whatever their number) - except under a model with one output (for `mse`: unless it has several) - and everything else a regression.
 * @throws DescentError `text-target`: text of three kinds or more under a loss of numbers and a model with one output, unless the file says `task: classification`
 */
export function decideTask(config: DatasetConfig, targets: readonly RawColumn[], rows: number, isLabelFile: boolean): SupportedTask {
  const { task } = config.data;
  if (task === "language_model") throw textNeeded();
  if (task === "autoencoder") throw new Error("an autoencoder has no targets to read");
  if (task !== "auto") return task;
  const loss = config.loss?.kind ?? null;
  if (targets.length > 1) return loss === "binary_cross_entropy" || loss === "focal" ? "multi_label" : "regression";
  const [target] = targets;
  const outputs = outputWidth(config.model);
  const comparesNumbers = loss === "mse" || loss === "mae" || loss === "huber";
  if (target.texts !== null && comparesNumbers && outputs === 1) refuseText(target.name, target.texts, loss);
  if (target.texts !== null || loss === "cross_entropy" || loss === "nll") return "classification";
  const values = target.numbers.subarray(0, rows);
  const integers = values.every((value) => Number.isInteger(value) || Number.isNaN(value));
  if (loss === "hinge") return integers ? "classification" : "regression";
  if (loss === "binary_cross_entropy" || loss === "focal") return integers ? "classification" : "multi_label";
  if (!integers) return "regression";
  const different = countDifferent(values, mostAutomaticClasses + 1);
  // several outputs for one number could not be compared
  const hasOutputs = outputs !== null && outputs > 1;
  const looksLikeClasses = isLabelFile || (different <= mostAutomaticClasses && (hasOutputs || 2 * different <= rows));
  const modelAgrees = comparesNumbers ? hasOutputs : outputs !== 1 || different <= 2;
  return looksLikeClasses && modelAgrees ? "classification" : "regression";
}

/**
 * The task of targets with more than one value an example, `integer` by their type: a class a step for integers under cross_entropy, nll or no loss; several
 * labels under binary_cross_entropy and focal; else numbers. @throws DescentError `task-needs-text`
 */
export function decideTensorTask({ data: { task }, loss }: DatasetConfig, integer: boolean): SupportedTask {
  if (task === "language_model") throw textNeeded();
  if (task === "autoencoder") throw new Error("an autoencoder has no targets to read");
  if (task !== "auto") return task;
  if (loss?.kind === "binary_cross_entropy" || loss?.kind === "focal") return "multi_label";
  return loss?.kind === "cross_entropy" || loss?.kind === "nll" || (loss === null && integer) ? "classification" : "regression";
}

/** Text of more than two kinds has no order that one number could follow. */
function refuseText(column: string, texts: readonly (string | undefined)[], loss: string): void {
  const kinds = [...new Set(texts.filter((text) => text !== undefined && text !== ""))];
  if (kinds.length <= 2) return;
  const shown = kinds.slice(0, 3).map((text) => `"${text}"`).join(", ");
  throw new DescentError("text-target", `The target "${column}" is text (${shown}${kinds.length > 3 ? ", ..." : ""}), and ${loss} compares numbers: name a column of numbers in data.target, or use cross_entropy with ${kinds.length} outputs, one a class.`, { path: "loss" });
}

function textNeeded(): DescentError {
  return new DescentError("task-needs-text", "A language model reads text, and these data are none. Name a text file, or say format: text.", { path: "data.task" });
}

/** Number of different values, counted up to `most`. */
function countDifferent(values: Float64Array, most: number): number {
  const seen = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) seen.add(value);
    if (seen.size >= most) break;
  }
  return seen.size;
}

/** Units of the last dense layer with nothing but element-wise layers behind it, or of the branches that make the outputs; null where the model does not end so. */
function outputWidth(model: TrainingConfig["model"]): number | null {
  const last = model.findLast((layer) => everyLayer([layer]).some(({ arguments: args }) => "units" in args || "filters" in args));
  if (last === undefined) return null;
  const branches = branchesOf(last);
  if (branches.length === 0) return typeof last.arguments["units"] === "number" ? last.arguments["units"] : null;
  const widths = branches.map(outputWidth);
  if (last.kind === "concat") return widths.reduce((sum, width) => (sum === null || width === null ? null : sum + width));
  return widths.find((width) => width !== null) ?? null;
}
