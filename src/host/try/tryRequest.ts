import * as vscode from "vscode";
import { z } from "zod";
import { commands } from "../../contributions.js";
import { type Finding, type Fix, fixSchema, severitySchema } from "../../protocol/finding.js";
import { isTriable } from "../../rules/experiments/triable.js";
import { textsOf } from "../../rules/texts.js";

/** What is to be tried: plain data, so that a link of a hover can carry it. */
const requestSchema = z.object({
  /** The training file; absolute. */
  file: z.string(),
  fix: fixSchema,
  finding: z.object({ title: z.string(), message: z.string(), severity: severitySchema, path: z.string(), page: z.string() }),
});
export type TryRequest = z.infer<typeof requestSchema>;

/** The request that a command's argument is; null for another one. */
export function asTryRequest(argument: unknown): TryRequest | null {
  const parsed = requestSchema.safeParse(argument);
  return parsed.success ? parsed.data : null;
}

export function tryRequest(file: string, finding: Finding, fix: Fix): TryRequest {
  const { rule, message, severity, path, page } = finding;
  return { file, fix, finding: { title: textsOf(finding)?.title ?? rule.replaceAll("-", " "), message, severity, path, page } };
}

/** The fixes of a finding that can be tried here: none where nothing is trained. */
export function triableFixes({ fixes }: Finding): Fix[] {
  return vscode.workspace.isTrusted ? fixes.filter(isTriable) : [];
}

/** The same as places in the finding's list. */
export function triablePlaces(finding: Finding): number[] {
  return triableFixes(finding).map((fix) => finding.fixes.indexOf(fix));
}

/** A link that tries a fix. */
export function tryLink(request: TryRequest): vscode.Uri {
  return vscode.Uri.parse(`command:${commands.tryFix.id}?${encodeURIComponent(JSON.stringify([request]))}`);
}
