import type { Finding } from "../../protocol/finding.js";
import type { PanelFinding } from "../../protocol/panel.js";
import { curvesOf } from "../../rules/evidenceCurves.js";
import { textsOf } from "../../rules/texts.js";
import { triablePlaces } from "../try/tryRequest.js";

/** A finding with what its rule says of itself, for the panel. */
export function explainFinding(finding: Finding): PanelFinding {
  const texts = textsOf(finding);
  return { ...finding, title: texts?.title, why: texts?.why, what: texts?.what, curves: [...curvesOf(finding)], triable: triablePlaces(finding) };
}
