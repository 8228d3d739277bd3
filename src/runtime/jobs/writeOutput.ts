import { DescentError } from "../../common/errors.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";

/** Writes a file that the user asked for, whole or not at all. Throws `disk-full` or `output-unwritable`. */
export function writeOutput(file: string, content: string | Uint8Array): void {
  try {
    writeFileAtomic(file, content);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") throw new DescentError("disk-full", `No room is left for ${file}.`, { file }, { cause: thrown });
    throw new DescentError("output-unwritable", `${file} cannot be written: ${message}`, { file }, { cause: thrown });
  }
}
