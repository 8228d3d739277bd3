/** The entry of the command line: has the training process come up while the command line itself is loaded. */
import path from "node:path";
import { runBundle } from "../launch/runBundle.js";
import { codeFolder, forkChild } from "../runtime/client/forkChild.js";
import { warmUp } from "../protocol/warmUp.js";
import { runtimePath, storageFolder } from "./locations.js";
import type * as Main from "./main.js";

const storage = storageFolder();
const [command = "", ...rest] = process.argv.slice(2);
const isTraining = command === "train" && rest.length > 0 && !rest.some((word) => ["-h", "--help", "--on"].includes(word) || word.startsWith("--on="));

const training = isTraining ? forkChild({ runtimePath: runtimePath(), storage, use: "train" }) : undefined;
training?.on("error", () => {}); // who needs it hears of it
training?.send(warmUp(false), () => {});
// whether it is needed is known later; it does not keep this process, whose end it notices
training?.unref();
training?.channel?.unref();
(training?.stderr as { unref?(): void } | null | undefined)?.unref?.();

const { main } = runBundle(path.join(__dirname, "cli.main.js"), { folder: codeFolder(storage), use: /^[a-z]{1,20}$/.test(command) ? command : "help" }) as typeof Main;
void main(training);
