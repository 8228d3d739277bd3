import type { Finding } from "../../protocol/finding.js";
import type { PanelFinding } from "../../protocol/panel.js";
import { curvesOf } from "../../rules/evidenceCurves.js";
import { ruleOf } from "../../rules/registry.js";
import { triablePlaces } from "../try/tryRequest.js";

/** A finding with what its rule says of itself, for the panel. */
export function explainFinding(finding: Finding): PanelFinding {
  const rule = ruleOf(finding.rule);
  return { ...finding, title: rule?.title, why: rule?.why, what: rule?.what, curves: [...curvesOf(finding)], triable: triablePlaces(finding) };
}
