import type { Fix } from "../../protocol/finding.js";
import type { LiveContext } from "./liveContext.js";

/** The fixes of a rate that is too high. */
export function lowerRate({ config, optimizer }: LiveContext): Fix[] {
  const lower = Number((optimizer.lr / 10).toPrecision(6));
  const fixes: Fix[] = [{ title: `Set lr to ${lower}`, safe: false, edits: [{ path: optimizer.lrPath, value: lower }] }];
  if (config.training.clip === null) fixes.push({ title: "Clip the gradient's norm at 1", safe: false, edits: [{ path: "training.clip.norm", value: 1 }] });
  return fixes;
}

/** Three significant digits for messages. */
export function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
