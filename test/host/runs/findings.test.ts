import { describe, expect, it } from "vitest";
import { standing } from "../../../src/host/runs/findings.js";
import type { Finding } from "../../../src/protocol/finding.js";

const finding = (change: Partial<Finding>): Finding => ({
  rule: "loss-flat", severity: "warning", problem: "learning", category: "learning_rate", message: "", evidence: {}, confidence: 0.5, step: 1, state: "open",
  file: null, path: "optimizer.adam.lr", range: null, fixes: [], page: "", ...change,
});

describe("standing", () => {
  it("keeps the last word on each rule and place", () => {
    const list = standing([finding({ message: "first" }), finding({ message: "second", state: "updated" }), finding({ path: "loss", message: "other" })]);
    expect(list.map(({ message }) => message)).toEqual(["second", "other"]);
  });

  it("puts open before closed, worse before better, likelier before less likely", () => {
    const list = standing([
      finding({ rule: "a", severity: "info" }),
      finding({ rule: "b", severity: "error", state: "closed" }),
      finding({ rule: "c", confidence: 0.4 }),
      finding({ rule: "d", confidence: 0.9 }),
      finding({ rule: "e", severity: "error" }),
    ]);
    expect(list.map(({ rule }) => rule)).toEqual(["e", "d", "c", "a", "b"]);
  });
});
