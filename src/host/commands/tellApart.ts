import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { verdictSchema, type Verdict } from "../../protocol/runEvents.js";
import { causesOf, verdictOf } from "../../rules/causes/causesOf.js";
import { foldFindings } from "../../rules/causes/foldFindings.js";
import { readFindings } from "../../runs/findingsFile.js";
import { runJob } from "../../runtime/client/runJob.js";
import type { Host } from "../host.js";
import { logLine } from "../log.js";
import { requireTrust } from "../runs/startRun.js";
import { pickRun } from "./pickRun.js";

/**
 * Tell Causes Apart: where findings leave several causes, a tenth of the run is trained with each of them taken away, from several seeds. The panel shows what
 * was seen, and the causes as it leaves them. `argument`: `{ runFolder }`; else the run in front, or one that is picked. Gives the verdict; undefined where none was reached.
 */
export async function tellApart(host: Host, argument: unknown): Promise<Verdict | undefined> {
  requireTrust();
  const run = await pickRun(host, argument, { filter: ({ live, manifest }) => live === null && manifest.origin === undefined, question: "Which run's causes are to be told apart?", none: "No run has ended yet." });
  if (run === undefined) return undefined;
  const { folder, manifest } = run;
  const finished = manifest.state === "finished" || manifest.state === "finished early";
  const standing = foldFindings(await readFindings(folder));
  const causes = causesOf(standing, { finished });
  if (causes.length < 2) {
    const [only] = causes;
    void vscode.window.showInformationMessage(only === undefined ? `${manifest.name} is healthy: there are no causes to tell apart.` : `The findings of ${manifest.name} have one cause, the ${only.category.replaceAll("_", " ")} (${only.path}): there is nothing to tell apart.`);
    return verdictOf(folder, standing, { finished });
  }
  const text = await fs.promises.readFile(path.join(folder, manifest.storedFile), "utf8");
  const title = `Descent: telling ${causes.length} causes of ${manifest.name} apart`;
  const value = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    let done = 0;
    try {
      return await runJob({ job: "tell-apart", source: { file: manifest.file, text, overrides: manifest.overrides }, run: folder, standing, finished, device: null, threads: null }, {
        runtimePath: host.runtimePath,
        storage: host.storage,
        signal: controller.signal,
        onProgress: (words, fraction) => {
          progress.report({ message: words, increment: fraction === null ? undefined : 100 * Math.max(0, fraction - done) });
          done = Math.max(done, fraction ?? 0);
        },
        onLog: (level, words) => logLine(host.log, level, "tell-apart", words),
      });
    } catch (thrown) {
      if (controller.signal.aborted) return undefined; // the user knows
      throw thrown;
    }
  });
  if (value === undefined) return undefined;
  const verdict = verdictSchema.parse(value);
  if (verdict.experiment === undefined) {
    void vscode.window.showInformationMessage("None of these causes has a change that a short training could try: see the findings' pages.");
    return verdict;
  }
  host.panels.open(run).showVerdict(verdict);
  return verdict;
}
