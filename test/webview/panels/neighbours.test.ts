import { describe, expect, it } from "vitest";
import { nearestAgrees } from "../../../webview/panels/run/neighbours.js";

describe("nearestAgrees", () => {
  it("looks at the nearest other point's label", () => {
    expect(nearestAgrees([0, 1, 10, 11.5], [0, 0, 0, 0], [0, 0, 1, 2])).toEqual([true, true, false, false]);
    expect(nearestAgrees([0], [0], [0])).toEqual([false]);
  });
});
