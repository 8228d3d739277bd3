/** Two tasks that want the same run: the later one has it, once the earlier one is gone. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { TaskOwner } from "../../src/cluster/taskOwner.js";

it("the later task waits until the earlier one has seen that it lost the run", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-owner-"));
  const events: string[] = [];
  const first = new TaskOwner(folder, "0007", "node1 job 4 restart 0");
  await first.take(() => events.push("the first gives up"));
  const second = new TaskOwner(folder, "0007", "node2 job 4 restart 1");
  await second.take(() => events.push("the second gives up"));
  events.push("the second begins");
  expect(events).toEqual(["the first gives up", "the second begins"]);
  second.release();
  // nobody is there any more: the next one need not wait
  expect(fs.existsSync(path.join(folder, "0007.alive"))).toBe(false);
  const third = new TaskOwner(folder, "0007", "node1 job 4 restart 2");
  await third.take(() => {});
  third.release();
  fs.rmSync(folder, { recursive: true });
}, 30_000);
