import * as vscode from "vscode";
import type { Position, TextRange } from "../../common/errors.js";

/** Descent counts lines and columns from 1, the editor from 0. */
export function toRange(range: TextRange): vscode.Range {
  return new vscode.Range(range.start.line - 1, range.start.column - 1, range.end.line - 1, range.end.column - 1);
}

/** The inverse of `toRange`, for a position. */
export function toPosition(position: vscode.Position): Position {
  return { line: position.line + 1, column: position.character + 1 };
}
