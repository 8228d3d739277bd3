import { describe, expect, it } from "vitest";
import { logRuns } from "../../../src/rules/curves/logRuns.js";

const names = (...tags: readonly (readonly [folder: string, tag: string, points?: number])[]) =>
  Object.fromEntries(logRuns(tags.map(([folder, tag, points = 10], id) => ({ id, folder, tag, points }))).map((run) => [run.folder, run.tags.map(({ id, name }) => `${tags[id][1]} > ${name}`)]));

describe("runs and names of logs", () => {
  it("folders train and validation are one run; curves logged in the same manner belong together", () => {
    expect(names(["train", "epoch_loss"], ["train", "batch_loss", 100], ["train", "epoch_f1"], ["validation", "epoch_loss"], ["validation", "evaluation_loss_vs_iterations", 20])).toEqual({
      "": ["epoch_loss > train/loss", "batch_loss > train/batch_loss", "epoch_f1 > train/epoch_f1", "epoch_loss > validation/loss", "evaluation_loss_vs_iterations > validation/loss_vs_iterations"],
    });
  });

  it("prefixes and suffixes, rates and norms; what has no common name keeps its own", () => {
    expect(names(["v", "train_loss_step", 50], ["v", "train_loss_epoch"], ["v", "val_loss"], ["v", "val_f1"], ["v", "lr-Adam"], ["v", "lr-Adam/pg2"], ["v", "rollout/ep_rew_mean"], ["v", "grad_norm/0"])).toEqual({
      v: ["train_loss_step > train/loss", "train_loss_epoch > train/loss_epoch", "val_loss > validation/loss", "val_f1 > validation/f1", "lr-Adam > train/learning_rate", "lr-Adam/pg2 > lr-Adam/pg2", "rollout/ep_rew_mean > rollout/ep_rew_mean", "grad_norm/0 > train/gradient_norm/0"],
    });
  });

  it("a test split that is measured again and again validates where nothing else does", () => {
    expect(names(["", "Loss/train"], ["", "Loss/test"])).toEqual({ "": ["Loss/train > train/loss", "Loss/test > validation/loss"] });
    expect(names(["", "Loss/train"], ["", "Loss/test", 1])).toEqual({ "": ["Loss/train > train/loss", "Loss/test > test/loss"] });
    expect(names(["", "Loss/val"], ["", "Loss/test"])).toEqual({ "": ["Loss/val > validation/loss", "Loss/test > test/loss"] });
  });

  it("folders of add_scalars and add_hparams belong to the run above; nested runs stay apart; our own names are themselves", () => {
    expect(names(["a", "loss"], ["a/loss_train", "loss"], ["a/loss_val", "loss"], ["a/1763000000.1", "hp_metric", 1], ["b", "x"])).toEqual({
      a: ["loss > loss", "loss > train/loss", "loss > validation/loss", "hp_metric > hp_metric"], b: ["x > x"],
    });
    expect(names(["train", "loss"], ["train", "gradient_norm/dense_1"], ["train", "update_ratio/dense_1"], ["validation", "accuracy"])[""].map((text) => text.split(" > ")[1])).toEqual(["train/loss", "train/gradient_norm/dense_1", "train/update_ratio/dense_1", "validation/accuracy"]);
  });
});
