/** A client that gets a great deal at once hears all of it in order, and lets its event loop turn meanwhile. */
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Manifest } from "../../../src/protocol/manifest.js";
import { writeManifest } from "../../../src/runs/manifestFile.js";
import { connect } from "../../../src/runtime/client/runHandle.js";

const messages = 60;

let folder: string;
let server: net.Server;
let address: string;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-handle-"));
  const manifest: Manifest = {
    version: 1, id: "r", name: "quick", file: path.join(folder, "quick.train.yaml"), storedFile: "quick.train.yaml", overrides: {},
    created: "2026-03-01T10:00:00.000Z", updated: "2026-03-01T10:00:00.000Z", state: "finished", pid: null, socket: null, device: "cpu", threads: 1, seed: 0, task: "classification",
    classes: ["a", "b"], parameters: 10, operations: 10, stepsPerEpoch: 10, totalSteps: 100, epochs: 10, step: 50, seconds: 1, metrics: {}, best: null, layers: [], error: null, checkpoint: null,
  };
  writeManifest(folder, manifest);
  const lines = [
    { event: "attached", manifest, step: 50, progress: null, confusion: [], projection: null },
    ...Array.from({ length: messages }, (_, i) => ({ event: "log", level: "info", text: String(i) })),
    { event: "end", status: "completed", steps: 100, seconds: 1, steps_per_second: 100, metrics: {}, best: null },
  ];
  server = net.createServer((socket) => {
    socket.once("data", () => socket.end(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
    socket.on("error", () => {});
  });
  address = process.platform === "win32" ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, "socket");
  await new Promise<void>((resolve) => server.listen(address, resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Keeps the loop for a millisecond, as drawing or storing a message might. */
function work(): void {
  const until = performance.now() + 1;
  while (performance.now() < until);
}

it.each([
  ["as it comes", 0],
  ["to a listener that comes late", 30],
])("tells %s", async (_, delay) => {
  const handle = await connect(folder, address, { client: "host", panel: false });
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  const heard: string[] = [];
  let turns = 0;
  let over = false;
  const turn = (): void => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  handle.onEvent((event) => {
    work();
    heard.push(event.event === "log" ? event.text : event.event);
  });
  expect((await handle.closed)?.state).toBe("finished");
  over = true;
  expect(heard).toEqual([...Array.from({ length: messages }, (__, i) => String(i)), "end"]);
  // 60 ms of work in turns of 4 and a bit
  expect(turns).toBeGreaterThan(messages / 8);
});
