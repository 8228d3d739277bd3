import type * as vscode from "vscode";
import { trainingFileGlob } from "../../contributions.js";

/** Training files on a disk, in whatever language mode. */
export const trainingFiles: vscode.DocumentSelector = [{ scheme: "file", pattern: trainingFileGlob }];
