import { describe, expect, it } from "vitest";
import { DescentError } from "../../../src/common/errors.js";
import { blobs, configOf, layersOf, runToEnd, trainerFor } from "./testRun.js";

const model = layersOf(["dense", { units: 8, activation: "tanh" }], ["dense", { units: 3 }]);
const withGroups = (groups: readonly Record<string, unknown>[], rest: Record<string, unknown> = {}) =>
  configOf({ model, optimizer: { kind: "sgd", arguments: { lr: 0.1, ...rest, groups } }, training: { epochs: 2 } });

describe("groups of an optimizer", () => {
  it("leave frozen tensors as they are to the bit, and move the others", async () => {
    const trainer = await trainerFor(withGroups([{ match: "dense_0.*", freeze: true }]), blobs());
    const before = trainer.state().tensors;
    await runToEnd(trainer);
    const after = trainer.state().tensors;
    expect(after["dense_0.weight"].data).toEqual(before["dense_0.weight"].data);
    expect(after["dense_1.weight"].data).not.toEqual(before["dense_1.weight"].data);
    await trainer.dispose();
  });

  it("clip their gradients by themselves", async () => {
    const config = withGroups([{ match: "dense_1.*", clip: { norm: 1e-6 } }]);
    const trainer = await trainerFor({ ...config, training: { ...config.training, epochs: null, steps: 1 } }, blobs());
    const before = trainer.state().tensors;
    await runToEnd(trainer);
    const after = trainer.state().tensors;
    const moved = (name: string): number => Math.hypot(...after[name].data.map((w, i) => w - before[name].data[i]));
    expect(Math.hypot(moved("dense_1.weight"), moved("dense_1.bias"))).toBeLessThan(2e-7);
    expect(moved("dense_0.weight")).toBeGreaterThan(1e-3);
    await trainer.dispose();
  });

  it.each([
    ["unmatched-group", [{ match: "head.*", lr: 1 }], {}, "optimizer.sgd.groups[0].match"],
    ["nothing-to-train", [{ match: "*", freeze: true }], {}, "optimizer.sgd.groups"],
    ["group-rate", [{ match: "dense_1.*", lr: 1 }], { lr: 0 }, "optimizer.sgd.groups[0].lr"],
  ] as const)("%s is told at its place", async (code, groups, rest, path) => {
    const attempt = trainerFor(withGroups(groups, rest), blobs());
    await expect(attempt).rejects.toThrow(DescentError);
    await expect(attempt).rejects.toMatchObject({ code, location: { path } });
  });
});
