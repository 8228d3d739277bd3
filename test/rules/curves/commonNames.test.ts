/** The names that scripts give their scalars, as a table: where the words of a split stand, how losses, accuracies, rates and norms are called. */
import { expect, it } from "vitest";
import { logRuns } from "../../../src/rules/curves/logRuns.js";

/** What the tags of one log, beside each other, are called here; a tag is `folder|tag`. */
function namesOf(tags: readonly string[]): Record<string, string> {
  const logged = tags.map((text, id) => {
    const [folder, tag] = text.includes("|") ? text.split("|") : ["", text];
    return { id, folder, tag, points: 50 };
  });
  return Object.fromEntries(logRuns(logged).flatMap((run) => run.tags.map(({ id, name }) => [tags[id], name])));
}

const training = ["train", "training"];
const validation = ["val", "valid", "validation", "eval", "test"];
const quantities = { loss: "loss", epoch_loss: "loss", accuracy: "accuracy", acc: "accuracy" };

/** Every way of saying a split beside a quantity's name. */
const ways = {
  "sub-folder": (split: string, name: string) => `${split}|${name}`,
  prefix: (split: string, name: string) => `${split}_${name}`,
  "prefix with a slash": (split: string, name: string) => `${split}/${name}`,
  suffix: (split: string, name: string) => `${name}_${split}`,
  "suffix with a slash": (split: string, name: string) => `${name}/${split}`,
};

const table = Object.entries(ways).flatMap(([way, write]) =>
  Object.entries(quantities).flatMap(([name, ours]) => training.flatMap((first) => validation.map((second) => ({ way, a: write(first, name), b: write(second, name), ours })))));

it.each(table)("$way: $a and $b are train/$ours and validation/$ours", ({ a, b, ours }) => {
  expect(namesOf([a, b])).toEqual({ [a]: `train/${ours}`, [b]: `validation/${ours}` });
});

it.each([
  ["loss", "train/loss"], ["train_loss", "train/loss"], ["loss/train", "train/loss"], ["epoch_loss", "train/loss"], ["Loss", "train/loss"], ["train_loss_step", "train/loss"],
  ["val_loss", "validation/loss"], ["loss/val", "validation/loss"], ["eval_loss", "validation/loss"], ["evaluation_loss", "validation/loss"],
  ["accuracy", "train/accuracy"], ["train_acc", "train/accuracy"], ["val_accuracy", "validation/accuracy"], ["eval_accuracy", "validation/accuracy"],
  ["lr", "train/learning_rate"], ["learning_rate", "train/learning_rate"], ["lr-Adam", "train/learning_rate"], ["lr-SGD", "train/learning_rate"], ["train/learning_rate", "train/learning_rate"], ["epoch_learning_rate", "train/learning_rate"],
  ["grad_norm", "train/gradient_norm"], ["gradient_norm", "train/gradient_norm"], ["train/grad_norm", "train/gradient_norm"],
  // what is none of them keeps its name
  ["throughput", "throughput"], ["reward", "reward"], ["loss_scale", "loss_scale"],
])("%s alone is %s", (tag, ours) => {
  expect(namesOf([tag])).toEqual({ [tag]: ours });
});
