import { DescentError } from "../../common/errors.js";
import type { LoweringName } from "./table.js";

export type Log = (level: "debug" | "info" | "warning", text: string) => void;

/**
 * What `open` makes of the chosen lowering or, where the runtime refuses that graph, of the plain one: the same function, slower, and said in the log.
 * Throws what `open` throws otherwise.
 */
export async function withFallback<T>(chosen: LoweringName, open: (lowering: LoweringName) => Promise<T>, log: Log): Promise<T> {
  if (chosen === "plain") return open("plain");
  try {
    return await open(chosen);
  } catch (error) {
    if (!(error instanceof DescentError) || error.code !== "session-refused") throw error;
    log("warning", `The ${chosen} form of the training step is refused here, so training goes on with the plain one, more slowly. ${error.message}`);
    return open("plain");
  }
}
