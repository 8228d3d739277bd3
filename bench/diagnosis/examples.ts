/** The examples of the product, trained to their ends: those outside `broken` are told nothing at the level of warnings, each of `broken` its own and no other. */
import fs from "node:fs";
import path from "node:path";
import { judge } from "./judge.js";

/** Runs every example; gives what is said of each beyond what should be, and what is missing. */
export async function judgeExamples(root: string, store: string, isSlow: (name: string) => boolean): Promise<{ readonly examples: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  let examples = 0;
  for (const folder of [path.join(root, "examples"), path.join(root, "examples", "broken")]) {
    for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".train.yaml") && !isSlow(file))) {
      examples += 1;
      const text = fs.readFileSync(path.join(folder, name), "utf8");
      const own = folder.endsWith("broken") ? (/^# Shows[^:]*: ([a-z-]+)/.exec(text)?.[1] ?? "none") : null;
      const { findings, refused } = await judge(text, store, folder);
      const told = [...new Set(findings.filter(({ severity, rule }) => severity !== "info" || rule === own).map(({ rule }) => rule))];
      const unexpected = told.filter((rule) => rule !== own);
      if (refused !== null) wrong.push(`${name}: ${refused}`);
      if (unexpected.length > 0) wrong.push(`${name} is told ${unexpected.join(", ")} as well`);
      if (own !== null && !told.includes(own)) wrong.push(`${name} is not told ${own}`);
    }
  }
  return { examples, wrong };
}
