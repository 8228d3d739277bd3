/** Recipes: a healthy file, and the same with one or two faults. Drawn by a seed; kept where the healthy one learns and the fault costs something. */
import { RandomStream } from "../../src/engine/random/stream.js";
import { faults, type Fault, type Truth } from "./faults.js";
import { measuredQuality, textOf, withSeed } from "./judge.js";
import { dataOf, problems, type Problem, type Side } from "./problems.js";
import { healthyProgram, type Program } from "./programs.js";
import { tablesFolder } from "./tables.js";

export interface Recipe {
  readonly name: string;
  readonly problem: string;
  readonly truths: readonly Truth[];
  /** Training files, of seed 0. */
  readonly twin: string;
  readonly faulty: string;
}

export interface Drawing {
  readonly side: Side;
  /** Recipes of each single fault, and pairs in all. */
  readonly each: number;
  readonly pairs: number;
  readonly root: string;
  readonly store: string;
  /** Only faults whose names hold one of these, and no pairs. */
  readonly only?: readonly string[];
  /** Another seed draws other models, values and pairs. */
  readonly seed: number;
}

/** A fault must cost at least this much of the quality of its twin. */
const leastHarm = 0.07;
/** What of a problem's quality twins must reach that were made harder on purpose. */
const lessGood = 0.6;
/** Draws until a fault is given up. */
const tries = 12;

/** Draws the recipes of one side of the split. Nothing of what rules say plays a part in it. */
export async function drawRecipes(drawing: Drawing): Promise<Recipe[]> {
  const recipes: Recipe[] = [];
  const { only } = drawing;
  for (const fault of faults.filter(({ name }) => only === undefined || only.some((part) => name.includes(part)))) {
    for (let index = 0; index < drawing.each; index += 1) recipes.push(...(await drawOne(drawing, `${fault.name} ${index}`, () => [fault])));
  }
  for (let index = 0; index < (only === undefined ? drawing.pairs : 0); index += 1) {
    recipes.push(...(await drawOne(drawing, `pair ${index}`, (random) => {
      const [first, second] = [random.below(faults.length), random.below(faults.length)];
      return faults[first].category === faults[second].category ? null : [faults[first], faults[second]];
    })));
  }
  return recipes;
}

/** Healthy files alone, `each` of every problem: what they are told is a false alarm. */
export async function drawHealthy({ side, each, root, store, seed }: Drawing): Promise<Recipe[]> {
  const recipes: Recipe[] = [];
  for (const problem of problems.filter((candidate) => candidate.side === side)) {
    const random = new RandomStream(seed, `healthy/${problem.name}`);
    for (let index = 0; index < each; index += 1) {
      const text = textOf(healthyProgram(problem, dataOf(problem, root, tablesFolder), random));
      if (await isHealthy(text, problem.good, store)) recipes.push({ name: `healthy ${index}: ${problem.name}`, problem: problem.name, truths: [{ fault: "none", category: "system", paths: [] }], twin: text, faulty: text });
    }
  }
  return recipes;
}

/** One recipe: problems, models and values are drawn until a healthy twin and a harmful fault are found; empty where none is. */
async function drawOne({ side, root, store, seed }: Drawing, name: string, choose: (random: RandomStream) => readonly Fault[] | null): Promise<Recipe[]> {
  const random = new RandomStream(seed, `recipe/${side}/${name}`);
  const candidates = problems.filter((problem) => problem.side === side);
  for (let attempt = 0; attempt < tries * 4; attempt += 1) {
    const chosen = choose(random);
    const problem = candidates[random.below(candidates.length)];
    if (chosen === null) continue;
    const program = healthyProgram(problem, dataOf(problem, root, tablesFolder), random);
    const isPrepared = chosen.map(({ prepare }) => prepare?.(program, problem) ?? true).every(Boolean);
    const twin = textOf(program);
    const truths = injectAll(chosen, program, problem, random);
    const faulty = textOf(program);
    if (!isPrepared || truths === null || !(await isHealthy(twin, chosen.some(({ prepare }) => prepare !== undefined) ? lessGood * problem.good : problem.good, store))) continue;
    if (!chosen.some(({ certain }) => certain === true) && !(await isHarmful(twin, faulty, store))) continue;
    if ((await measuredQuality(faulty, store)) === null) continue;
    return [{ name: `${name}: ${problem.name}`, problem: problem.name, truths, twin, faulty }];
  }
  return [];
}

function injectAll(chosen: readonly Fault[], program: Program, problem: Problem, random: RandomStream): Truth[] | null {
  const truths: Truth[] = [];
  for (const { name, category, also, inject } of chosen) {
    const paths = inject(program, problem, random);
    if (paths === null) return null;
    for (const right of [category, ...(also ?? [])]) truths.push({ fault: name, category: right, paths });
  }
  return truths;
}

/** Whether two seeds learn well. */
async function isHealthy(twin: string, good: number, store: string): Promise<boolean> {
  for (const seed of [0, 1]) if (!(((await measuredQuality(withSeed(twin, seed), store)) ?? 0) >= good)) return false;
  return true;
}

/** Whether the fault costs as much with either of two seeds. */
async function isHarmful(twin: string, faulty: string, store: string): Promise<boolean> {
  for (const seed of [0, 1]) {
    const [well, ill] = [(await measuredQuality(withSeed(twin, seed), store)) ?? 0, (await measuredQuality(withSeed(faulty, seed), store)) ?? 0];
    if (well - (Number.isFinite(ill) ? ill : 0) < leastHarm) return false;
  }
  return true;
}
