import { expect, it } from "vitest";
import { rehearse } from "../../../src/runtime/training/rehearse.js";

it("a process that waits trains its rehearsal to the end", async () => {
  expect(await rehearse(new AbortController().signal)).toBe(true);
});

it("a rehearsal gives up at once when the job comes", async () => {
  expect(await rehearse(AbortSignal.abort())).toBe(false);
});
