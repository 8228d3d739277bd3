import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import { defineDataRule } from "./defineDataRule.js";

const file = (units: number, more = ""): string => `data: { train: { generate: two_moons, examples: 100 } }\nmodel: [dense: { units: ${units}, activation: relu }, dense: { units: ${units}, activation: relu }, dense: 2]\nloss: cross_entropy\n${more}`;

export const tooManyParameters = defineDataRule({
  id: "too-many-parameters",
  severity: "info",
  problem: "generalisation",
  category: "architecture",
  title: "Far more parameters than examples",
  why: "A model with hundreds of parameters for each example can learn them all by heart. It may generalise all the same, but only something else makes it: augmentation, dropout, weight decay, early stopping - and none of them is there.",
  what: "Take a smaller model first, or one of these.",
  sources: ["Zhang et al., Understanding deep learning requires rethinking generalization, 2017 (networks fit random labels)", "Bounds: the models of examples/ have 0.5 to 60 parameters an example"],
  options: z.strictObject({ ratio: z.number().gt(0).default(300).describe("Parameters for each training example.") }),
  examples: { bad: [file(256)], good: [file(16), file(256, "training: { early_stopping: { patience: 5 } }\n")] },
  check({ config, dataset, outline }, { ratio }) {
    const examples = dataset.splits.train.length;
    const parameters = (outline ?? []).reduce((sum, layer) => sum + layer.parameters, 0);
    if (examples < 20 || parameters < ratio * examples || isRestrained(config)) return null;
    return {
      at: "model",
      message: `${parameters} parameters learn from ${examples} examples, and nothing restrains them.`,
      evidence: { parameters, examples },
      confidence: 0.4,
      fixes: [{ title: "Stop at the best evaluation", safe: false, edits: [{ path: "training.early_stopping", value: { patience: 5 } }] }],
    };
  },
});

/** Whether anything keeps the model from learning its examples by heart. */
function isRestrained({ regularization, training, data, optimizer, model }: TrainingConfig): boolean {
  if (regularization !== null || training.earlyStopping !== null || data.augment.length > 0 || Number(optimizer.arguments.weight_decay ?? 0) > 0) return true;
  return everyLayer(model).some(({ kind, arguments: args }) => restraining.has(kind) || [args.l1, args.l2, args.dropout, args.drop_connect].some((value) => Number(value ?? 0) > 0));
}

const restraining = new Set(["dropout", "gaussian_noise", "batch_norm"]);
