import { defineLintRule } from "./defineLintRule.js";

/** Settings above which random draws leave a space nearly empty. */
const most = 4;

const file = (settings: readonly string[]): string => `data: { train: { generate: two_moons, examples: 2000 } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\noptimizer: { sgd: { lr: 0.1, momentum: 0.9 } }\nsearch:\n  space:\n${settings.map((setting) => `    ${setting}\n`).join("")}`;

const four = ["optimizer.sgd.lr: { log_uniform: [1e-3, 1] }", "optimizer.sgd.momentum: { uniform: [0, 0.99] }", "training.batch_size: [16, 32, 64]", "model[0].dense.units: { log_integer: [8, 128] }"];

export const manySearchedSettings = defineLintRule({
  id: "many-searched-settings",
  severity: "warning",
  problem: "predictions",
  category: "system",
  title: "More than four settings searched at once",
  why: "Each further setting multiplies the space, and the trials stay as few: the best of them is decided by chance, and the more settings there are, the more the search fits the validation split.",
  what: "Search the learning rate first, with what matters most beside it; fix the others, and search them afterwards.",
  sources: ["Bergstra and Bengio: Random Search for Hyper-Parameter Optimization (JMLR 2012): of many settings few matter", "Feurer and Hutter: Hyperparameter Optimization (2019), 1.2"],
  examples: { bad: [file([...four, "regularization.l2: { log_uniform: [1e-6, 1e-2] }"])], good: [file(four)] },
  check({ search }) {
    if (search === null) return null;
    const searched = search.space.filter(({ range }) => range.kind !== "choice" || range.labels.length > 1);
    // settings of an option are searched only where it is chosen: the largest set that one trial has
    const always = searched.filter(({ when }) => when === null).length;
    const byOption = new Map<string, number>();
    for (const { when } of searched) if (when !== null) byOption.set(`${when.path}=${when.label}`, (byOption.get(`${when.path}=${when.label}`) ?? 0) + 1);
    const count = always + Math.max(0, ...byOption.values());
    if (count <= most) return null;
    const last = searched.findLast(({ when, within }) => when === null && within.length === 0);
    return {
      at: "search.space",
      message: `${count} settings are searched at once, in ${search.trials} trials. Beyond four the best trial is mostly luck: search fewer, and the others afterwards.`,
      evidence: { settings: count, trials: search.trials },
      confidence: 0.7,
      fixes: last === undefined || count > most + 1 ? [] : [{ title: `Do not search ${last.path}`, safe: false, edits: [{ path: `search.space["${last.key}"]`, remove: true as const }] }],
    };
  },
});
