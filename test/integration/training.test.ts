import assert from "node:assert/strict";
import path from "node:path";
import * as vscode from "vscode";
import { commands } from "../../src/contributions.js";
import { readScalars } from "../../src/runs/events/readScalars.js";
import { readManifest } from "../../src/runs/manifestFile.js";
import { busy, turnsDuring, type Turn } from "./eventLoop.js";
import { codeOf, inWorkspace, openWith, tabLabels, until } from "./helpers.js";

interface StartedRun {
  readonly folder: string;
}

const quick = (epochs: number) => `data:
  train: { generate: two_moons, examples: 400, noise: 0.1 }
  split: { validation: 0.2, test: 0.1 }
model:
  - dense: { units: 16, activation: relu }
  - dense: 2
loss: cross_entropy
optimizer: { adam: { lr: 1e-2 } }
training: { epochs: ${epochs}, batch_size: 32 }
seed: 0
`;

const train = async (uri: vscode.Uri): Promise<string> => {
  const run = await vscode.commands.executeCommand<StartedRun | undefined>(commands.train.id, uri);
  assert.ok(run, "the run began");
  return run.folder;
};
/** No turn of the loop may compute for 16 ms, a frame of the screen; one in a thousand may be the garbage collector's. */
function assertFree(turns: readonly Turn[]): void {
  const longest = turns.reduce((a, b) => (b.wall > a.wall ? b : a));
  const computed = turns.map(busy).sort((a, b) => b - a);
  console.log(
    `event loop of the extension host while training: longest turn ${longest.wall.toFixed(1)} ms, in which the loop computed for ${longest.cpu.toFixed(1)} ms; `
    + `the most that a turn computed ${computed[0].toFixed(1)} ms, of ${turns.length} turns`,
  );
  const oneInThousand = computed[Math.floor(turns.length / 1000)];
  assert.ok(oneInThousand < 16, `a turn computes for less than 16 ms, not ${oneInThousand}`);
}

const stateIs = async (folder: string, state: string, limit = 40_000) => until(`${path.basename(folder)} to be ${state}`, async () => (await readManifest(folder)).state === state, limit);
const runCommand = (id: string, runFolder: string) => vscode.commands.executeCommand(id, { runFolder });

suite("training", () => {
  test("Train runs a file to its end: the loss falls, the panel is open, the folder tells it all", async () => {
    const document = await openWith("quick.train.yaml", quick(5));
    const folder = await train(document.uri);
    assert.equal(path.dirname(folder), inWorkspace("runs").fsPath);
    await until("the panel", () => tabLabels().includes("quick"));
    await stateIs(folder, "finished");
    const manifest = await readManifest(folder);
    assert.equal(manifest.error, null);
    assert.ok(manifest.best !== null && manifest.checkpoint !== null);
    const { series } = await readScalars(folder);
    const loss = series.get("train/loss");
    assert.ok(loss && loss.values.length === manifest.totalSteps);
    assert.ok(loss.values[loss.values.length - 1] < loss.values[0] / 2, `the loss fell from ${loss.values[0]} to ${loss.values[loss.values.length - 1]}`);
  });

  test("the host's event loop stays free while a run trains before an open panel", async () => {
    const folder = await train((await openWith("busy.train.yaml", quick(100_000))).uri);
    await stateIs(folder, "running");
    const turns = await turnsDuring(3000);
    await runCommand(commands.stop.id, folder);
    await stateIs(folder, "stopped");
    assertFree(turns);
  });

  test("the host's event loop stays free from Train to the end of a run with images, evaluations and projections", async () => {
    const text = Buffer.from(await vscode.workspace.fs.readFile(inWorkspace("mnist.train.yaml"))).toString("utf8");
    const document = await openWith("images.train.yaml", text.replace(/epochs: \d+/, "epochs: 2"));
    const run = train(document.uri).then((folder) => stateIs(folder, "finished", 150_000));
    assertFree(await turnsDuring(run));
  });

  test("a run is paused, resumed, given another rate, and stopped; then it goes on from its checkpoint", async () => {
    const document = await openWith("long.train.yaml", quick(100_000));
    const folder = await train(document.uri);
    await stateIs(folder, "running");
    await runCommand(commands.pause.id, folder);
    await stateIs(folder, "paused");
    await runCommand(commands.resume.id, folder);
    await stateIs(folder, "running");
    await runCommand(commands.checkpointNow.id, folder);
    await until("a checkpoint", async () => (await readManifest(folder)).checkpoint !== null);
    await runCommand(commands.stop.id, folder);
    await stateIs(folder, "stopped");
    const { step } = await readManifest(folder);
    const again = await vscode.commands.executeCommand<StartedRun>(commands.continueRun.id, { runFolder: folder });
    assert.equal(again.folder, folder);
    await until("steps beyond the stop", async () => (await readScalars(folder)).series.get("train/loss")?.steps.some((s) => s > step), 30_000);
    await runCommand(commands.stop.id, folder);
    await stateIs(folder, "stopped");
    const steps = (await readScalars(folder)).series.get("train/loss")?.steps ?? [];
    assert.ok(steps.every((s, i) => s === i + 1), "every step is there once");
  });

  test("two runs train at once, and stopping one leaves the other alone", async () => {
    const first = await train((await openWith("one.train.yaml", quick(100_000))).uri);
    const second = await train((await openWith("two.train.yaml", quick(100_000))).uri);
    await Promise.all([stateIs(first, "running"), stateIs(second, "running")]);
    await runCommand(commands.stop.id, first);
    await stateIs(first, "stopped");
    assert.equal((await readManifest(second)).state, "running");
    await runCommand(commands.stop.id, second);
    await stateIs(second, "stopped");
  });

  test("a file that cannot be run is refused at its place, and leaves no run", async () => {
    const document = await openWith("refused.train.yaml", quick(1).replace(/train: \{.*/, "train: nowhere.csv"));
    const before = (await vscode.workspace.findFiles("runs/*/run.json")).length;
    void vscode.commands.executeCommand(commands.train.id, document.uri);
    const diagnostic = await until("the reason", () => vscode.languages.getDiagnostics(document.uri).find(({ message }) => message.includes("nowhere.csv")));
    assert.equal(diagnostic.range.start.line, 1);
    assert.equal((await vscode.workspace.findFiles("runs/*/run.json")).length, before);
    assert.ok(!tabLabels().includes("refused"), "no empty panel stays");
  });

  test("Check says whether a batch can be learnt by heart", async () => {
    const document = await openWith("checked.train.yaml", quick(5));
    const results = await vscode.commands.executeCommand<{ id: string; status: string }[]>(commands.check.id, { uri: document.uri, only: ["overfit-batch", "gradient"] });
    assert.deepEqual(results.map(({ id, status }) => [id, status]), [["gradient", "passed"], ["overfit-batch", "passed"]]);
  });

  test("the checks of an open file are tests: they run, and failures stand on their lines", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const document = await openWith("tested.train.yaml", quick(60).replace("lr: 1e-2", "lr: 1e-7"));
    await vscode.commands.executeCommand("workbench.view.testing.focus");
    let asked = 0;
    const shown = await until("the failure", () => {
      // the explorer hears of new tests a moment after the file was opened, and what is asked of it before runs nothing
      if (Date.now() - asked > 10_000) {
        asked = Date.now();
        // not all: files of earlier tests are open too
        void vscode.commands.executeCommand("testing.runCurrentFile");
      }
      return vscode.languages.getDiagnostics(document.uri).find((diagnostic) => codeOf(diagnostic) === "loss-falls");
    }, 55_000);
    assert.equal(shown.range.start.line, document.getText().split("\n").findIndex((line) => line.includes("lr:")));
    assert.equal(shown.severity, vscode.DiagnosticSeverity.Error);
  });

  test("a closed panel comes back with Open Run", async () => {
    const [newest] = (await vscode.workspace.findFiles("runs/*-quick/run.json")).map((uri) => path.dirname(uri.fsPath));
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until("no tab", () => tabLabels().length === 0);
    await vscode.commands.executeCommand(commands.openRun.id, { runFolder: newest });
    await until("the panel", () => tabLabels().includes("quick"));
  });
});
