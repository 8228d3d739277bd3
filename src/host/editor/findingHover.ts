import * as vscode from "vscode";
import { formatCount, formatValue } from "../../common/format.js";
import { commands } from "../../contributions.js";
import type { Finding } from "../../protocol/finding.js";
import { curvesOf } from "../../rules/evidenceCurves.js";
import { textsOf } from "../../rules/texts.js";
import { asImage, curvePicture } from "../evidence/curvePicture.js";
import type { RunCurves } from "../evidence/runCurves.js";
import { tryLink, triableFixes, tryRequest } from "../try/tryRequest.js";
import type { LintDiagnostics } from "./lintDiagnostics.js";
import { logError, type Log } from "../log.js";

/** Findings explained at most in one hover. */
const most = 3;

/** What stands behind the findings under the pointer: figures, a small chart, why it matters, what to do, and what can be tried. The finding itself is shown by the editor. */
export class FindingHover implements vscode.HoverProvider {
  constructor(
    private readonly diagnostics: LintDiagnostics,
    private readonly curves: RunCurves,
    private readonly log: Log,
  ) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | null> {
    const shown = this.diagnostics.shownOn(document.uri).filter(({ diagnostic }) => diagnostic.range.contains(position)).slice(0, most);
    if (shown.length === 0) return null;
    const texts = await Promise.all(shown.map(({ finding }) => this.explain(document.uri.fsPath, finding)));
    if (token.isCancellationRequested) return null;
    return new vscode.Hover(texts.filter((text) => text.value !== ""), shown[0].diagnostic.range);
  }

  private async explain(file: string, finding: Finding): Promise<vscode.MarkdownString> {
    const rule = textsOf(finding);
    const evidence = Object.entries(finding.evidence).flatMap(([name, value]) => (typeof value === "number" ? [`${name.replaceAll("_", " ")} **${formatValue(value)}**`] : typeof value === "string" ? [`${name.replaceAll("_", " ")} **${escaped(value)}**`] : []));
    const run = finding.step === null ? null : this.curves.newest(file);
    const links = [
      ...triableFixes(finding).map((fix) => `[$(beaker) Try this fix: ${escaped(fix.title)}](${String(tryLink(tryRequest(file, finding, fix)))} "Trains the changed file beside the file as it is")`),
      ...(run === null || finding.step === null ? [] : [`[$(graph-line) Step ${formatCount(finding.step)} in the chart](${String(stepLink(run.folder, finding.step))})`]),
    ];
    const parts = [
      rule === null ? "" : `**${escaped(rule.title)}**`,
      await this.picture(file, finding),
      evidence.slice(0, 8).join(" · "),
      ...(rule === null ? [] : [rule.why, `$(arrow-right) ${rule.what}`]),
      links.join("  \n"),
    ];
    const text = new vscode.MarkdownString(parts.filter((part) => part !== "").join("\n\n"), true);
    text.isTrusted = { enabledCommands: [commands.tryFix.id, commands.showStep.id] };
    return text;
  }

  /** The curves that show what a run's finding saw, or the curve of an experiment. */
  private async picture(file: string, finding: Finding): Promise<string> {
    const { rates, losses } = finding.evidence;
    if (Array.isArray(rates) && Array.isArray(losses)) {
      const svg = curvePicture([{ steps: rates.map((_, i) => i + 1), values: losses.map(Number) }], null);
      return svg === "" ? "" : `${asImage(svg, "loss by rate")}  \nloss by learning rate, ${formatValue(Number(rates[0]))} to ${formatValue(Number(rates[rates.length - 1]))}`;
    }
    const tags = curvesOf(finding);
    const run = tags.length === 0 ? null : this.curves.newest(file);
    if (run === null) return "";
    try {
      const series = await this.curves.of(run);
      const known = tags.filter((tag) => series.has(tag));
      const svg = curvePicture(known.map((tag) => series.get(tag)!), finding.step);
      return svg === "" ? "" : `${asImage(svg, known.join(", "))}  \n${known.map((tag, i) => `${i === 0 ? "blue" : "orange"}: ${tag.replace("/", " ").replaceAll("_", " ")}`).join(", ").replace(/^blue: ([^,]*)$/, "$1")}`;
    } catch (thrown) {
      logError(this.log, "Reading curves for a hover", thrown);
      return "";
    }
  }
}

function stepLink(runFolder: string, step: number): vscode.Uri {
  return vscode.Uri.parse(`command:${commands.showStep.id}?${encodeURIComponent(JSON.stringify([{ runFolder, step }]))}`);
}

/** Text that is no Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-!|<>~]/g, "\\$&");
}
