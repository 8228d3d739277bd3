/** Draws the recipes of a side of the split, runs them with several seeds, and scores what the rules say. */
import { classics, tutorials } from "./classics.js";
import { judge, withSeed } from "./judge.js";
import { drawHealthy, drawRecipes, type Drawing, type Recipe } from "./recipes.js";
import { byCategory, isDetected, isRight, isSilent, scoreOf, type Result, type Score } from "./score.js";

export type { Score } from "./score.js";

export interface Options extends Omit<Drawing, "side"> {
  readonly side: Drawing["side"] | "classics" | "healthy";
  readonly seeds: number;
  /** Says of each run that was judged wrongly why; for tuning only. */
  readonly verbose: boolean;
  readonly report: (line: string) => void;
}

export async function measure(options: Options): Promise<{ readonly recipes: number; readonly total: Score; readonly rows: readonly (readonly [string, Score])[] }> {
  const recipes = (await recipesOf(options)).filter(({ name }) => options.only === undefined || options.only.some((part) => name.includes(part)));
  options.report(`${recipes.length} recipes`);
  const results: Result[] = [];
  for (const recipe of recipes) {
    for (let seed = 0; seed < options.seeds; seed += 1) {
      const [faulty, twin] = [await judge(withSeed(recipe.faulty, seed), options.store), await judge(withSeed(recipe.twin, seed), options.store)];
      const result = { recipe, seed, faulty, twin };
      results.push(result);
      if (options.verbose) for (const line of whatWentWrong(result)) options.report(line);
    }
  }
  return { recipes: recipes.length, total: scoreOf(results), rows: [...byCategory(results)].map(([category, part]) => [category, scoreOf(part)] as const) };
}

/** The programs of a side; `healthy`: drawn ones of the tuning side without a fault, for counting false alarms. */
async function recipesOf({ side, ...drawing }: Options): Promise<Recipe[]> {
  if (side === "classics") return classics(drawing.root).map((classic): Recipe => ({ name: classic.name, problem: "classic", truths: classic.truths, twin: classic.fixed, faulty: classic.faulty }));
  if (side !== "healthy") return drawRecipes({ ...drawing, side });
  const none = [{ fault: "none", category: "system" as const, paths: [] }];
  const plain = tutorials(drawing.root).map(({ name, fixed }): Recipe => ({ name, problem: "tutorial", truths: none, twin: fixed, faulty: fixed }));
  return [...plain, ...(await drawHealthy({ ...drawing, side: "tuning" }))];
}

/** What tuning reads of a run that was judged wrongly. */
function whatWentWrong(result: Result): string[] {
  const { recipe, seed, faulty, twin } = result;
  const lines: string[] = [];
  for (const [which, { refused }] of Object.entries({ faulty, twin })) if (refused !== null) lines.push(`REFUSED ${which} ${recipe.name}: ${refused}`);
  if (["classic", "tutorial"].includes(recipe.problem) && (twin.quality < 0.5 || (recipe.problem === "classic" && twin.quality - faulty.quality < 0.05))) lines.push(`QUALITY ${recipe.name} #${seed} faulty ${faulty.quality.toFixed(2)} twin ${twin.quality.toFixed(2)}`);
  const wanted = recipe.truths.map(({ category, paths }) => `${category} ${paths[0]}`).join(" + ");
  const rules = (findings: typeof twin.findings): string => [...new Set(findings.map(({ rule, severity, state, category, path }) => `${severity === "info" ? "(" : ""}${rule} ${category} ${path}${state === "closed" ? " closed" : ""}${severity === "info" ? ")" : ""}`))].join("; ");
  if (recipe.truths[0].fault !== "none" && (!isDetected(result) || !isRight(result, 2, true))) {
    const mark = !isDetected(result) ? "MISSED" : !isRight(result, 2) ? "WRONG" : "PLACE";
    lines.push(`${mark} ${recipe.name} #${seed} [${wanted}] quality ${faulty.quality.toFixed(2)} of ${twin.quality.toFixed(2)}: ${faulty.causes.map(({ category, path, confidence, named }) => `${category} ${path} ${confidence.toFixed(2)} (${named.rule})`).join(", ")} | ${rules(faulty.findings)}`);
    lines.push(`   ${shown(recipe.faulty)}`);
  }
  if (!isSilent(result)) {
    lines.push(`NOISE ${recipe.name} #${seed} quality ${twin.quality.toFixed(2)}: ${rules(twin.findings)}`);
    lines.push(`   ${shown(recipe.twin)}`);
    for (const { rule, message, severity } of twin.findings) if (severity !== "info") lines.push(`   ${rule}: ${message}`);
  }
  return lines;
}

/** A file on one line, without where its data lie. */
function shown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/(train|labels|validation)"?: "?[^ ,"}]*\//g, "$1: ").replaceAll('"', "");
}
