import { expect, test } from "vitest";
import { nearestName } from "../../src/common/nearestName.js";

test.each([
  ["optimiser", "optimizer"],
  ["epohcs", "epochs"], // a swap counts once
  ["Epochs", "epochs"],
  ["lrr", "lr"],
  ["banana", null],
])("%s is nearest to %s", (name, expected) => {
  expect(nearestName(name, ["optimizer", "epochs", "lr", "model"])).toBe(expected);
});
