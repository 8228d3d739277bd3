/** The entry of the training process. */
import path from "node:path";
import { runBundle } from "../launch/runBundle.js";
import { codeFolderVariable, codeUseVariable } from "./client/forkChild.js";

const folder = process.env[codeFolderVariable];
runBundle(path.join(__dirname, "runtime.main.js"), folder === undefined ? null : { folder, use: process.env[codeUseVariable] ?? "job" });
