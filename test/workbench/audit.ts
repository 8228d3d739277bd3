import fs from "node:fs";
import { createRequire } from "node:module";
import type { Frame, Locator } from "playwright-core";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe objects to in the webview that `inside` is part of: rule, place and reason. */
export async function audit(inside: Locator): Promise<string[]> {
  const frame: Frame = (await (await inside.elementHandle())!.ownerFrame())!;
  await frame.evaluate(axeSource);
  return frame.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`));
  });
}
