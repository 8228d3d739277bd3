import { DescentError } from "../common/errors.js";
import type { ParsedFile } from "../config/parseTrainingFile.js";
import type { TrainingConfig } from "../engine/training/config.js";
import { printError } from "./output.js";

/**
 * Throws the last of a file's problems after printing those before it, for what needs a file that keeps to its page. Gives
 * the configuration otherwise.
 */
export function refuseBrokenFile({ file, config, problems }: ParsedFile): TrainingConfig {
  const errors = problems.map(({ code, message, path, range }) => new DescentError(code, message, { file, path, range }));
  for (const error of errors.slice(0, -1)) printError(error);
  const last = errors.at(-1);
  if (last) throw last;
  if (!config) throw new DescentError("internal-error", `${file} has no problem and no configuration.`);
  return config;
}
