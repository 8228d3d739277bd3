import { everyLayer } from "../../engine/layers/nested.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Category } from "../../protocol/finding.js";
import { defineLintRule } from "./defineLintRule.js";

const file = (more: string): string => `data: { train: { generate: two_moons } }\nmodel: [dense: { units: 16, activation: relu }, dense: 2]\nloss: cross_entropy\n${more}`;

/** Numbers that are far below 1 wherever they make sense, and the largest that does. */
const small: Readonly<Record<string, { readonly largest: number; readonly category: Category }>> = {
  lr: { largest: 1, category: "learning_rate" },
  epsilon: { largest: 1, category: "optimizer" },
  weight_decay: { largest: 1, category: "regularization" },
  l1: { largest: 1, category: "regularization" },
  l2: { largest: 1, category: "regularization" },
  activity_l1: { largest: 1, category: "regularization" },
  activity_l2: { largest: 1, category: "regularization" },
  min_delta: { largest: 1, category: "epochs" },
  end: { largest: 1, category: "learning_rate" },
};

/** Least number that is taken for one whose exponent lost its sign. */
const suspicious = 100;

/** What was likely meant by a number: 1e3 is 1e-3, 5e4 is 5e-4; null where the number may be meant. */
export function meantBy(key: string, value: unknown): number | null {
  if (typeof value !== "number" || !Object.hasOwn(small, key) || value < suspicious) return null;
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const meant = Number((value / 10 ** (2 * exponent)).toPrecision(6));
  return meant <= small[key].largest ? meant : null;
}

export const typingSlip = defineLintRule({
  id: "typing-slip",
  severity: "error",
  problem: "learning",
  category: "learning_rate",
  title: "Exponent without its sign",
  why: "1e3 is a thousand, 1e-3 a thousandth. Rates, penalties and epsilons are small numbers: in the hundreds and above nothing trains.",
  what: "Write the minus sign.",
  sources: ["Bengio, Practical recommendations for gradient-based training of deep architectures, 2012 (rates below 1, usually above 1e-6)"],
  examples: {
    bad: [file("optimizer: { adam: { lr: 1e3 } }\n"), file("regularization: { l2: 1e4 }\n"), file("optimizer: { adam: { lr: 1e-3, epsilon: 1e8 } }\n"), file("training: { early_stopping: { patience: 3, min_delta: 1e4 } }\n")],
    good: [file("optimizer: { adam: { lr: 1e-3, epsilon: 1e-8 } }\n"), file("regularization: { l2: 1e-4 }\n")],
  },
  check({ config }) {
    for (const [at, value] of numbersOf(config)) {
      const key = at.slice(at.lastIndexOf(".") + 1);
      const meant = meantBy(key, value);
      if (meant === null) continue;
      return {
        at,
        message: `${key} is ${plain(Number(value))}: was ${plain(meant)} meant?`,
        evidence: { value: Number(value), meant },
        category: small[key].category,
        confidence: 0.95,
        fixes: [{ title: `Set ${key} to ${plain(meant)}`, safe: false, edits: [{ path: at, value: meant }] }],
      };
    }
    return null;
  },
});

/** Every number of the file that has a name of its own, by path. */
function numbersOf({ optimizer, schedule, regularization, training, model }: TrainingConfig): (readonly [string, unknown])[] {
  const under = (path: string, values: object): (readonly [string, unknown])[] => Object.entries(values).map(([key, value]) => [`${path}.${key}`, value] as const);
  return [
    ...under(`optimizer.${optimizer.kind}`, optimizer.arguments),
    ...under(`schedule.${schedule.kind}`, schedule.arguments),
    ...(regularization === null ? [] : under("regularization", { l1: regularization.l1, l2: regularization.l2, weight_decay: regularization.weightDecay, activity_l1: regularization.activityL1, activity_l2: regularization.activityL2 })),
    ...(training.earlyStopping === null ? [] : [["training.early_stopping.min_delta", training.earlyStopping.minDelta] as const]),
    ...everyLayer(model).flatMap((layer) => under(layer.path, layer.arguments)),
  ];
}

function plain(x: number): string {
  return x >= 1000 || x < 1e-3 ? x.toExponential().replace("+", "") : String(x);
}
