import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../src/contributions.js";
import type { Device } from "../../src/protocol/devices.js";
import { diagnosticsOf, openWith, until } from "./helpers.js";

suite("devices", () => {
  test("Show Devices tells what each has and lacks", async () => {
    const devices = await vscode.commands.executeCommand<readonly Device[]>(commands.showDevices.id);
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    assert.deepEqual(devices.map(({ id }) => id.replace(/:\d+$/, "")).filter((id, at, all) => all.indexOf(id) === at), ["cpu", "cuda", "webgpu"]);
    assert.equal(devices[0].usable, true);
    for (const { usable, missing, links } of devices) {
      assert.equal(missing === null, usable);
      assert.ok(links.length > 0);
    }
  });

  test("a device that cannot be used is told at its line, with what can be done", async function () {
    const devices = await vscode.commands.executeCommand<readonly Device[]>(commands.showDevices.id);
    await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    if (devices.some(({ id, usable }) => id.startsWith("cuda") && usable)) this.skip();
    const document = await openWith("gpu.train.yaml", "data: { train: { generate: two_moons, examples: 100 } }\nmodel: [{ dense: 2 }]\ndevice: cuda\n");
    void vscode.commands.executeCommand(commands.train.id, document.uri);
    const [diagnostic] = await until("the refusal", () => {
      const found = diagnosticsOf(document.uri, "device-unavailable");
      return found.length > 0 && found;
    });
    assert.equal(diagnostic.range.start.line, 2);
    assert.match(diagnostic.message, /Missing: /);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", document.uri, diagnostic.range);
    assert.ok(actions.some(({ command }) => command?.command === commands.installCuda.id), actions.map(({ title }) => title).join(", "));
    const other = actions.find(({ edit, title }) => edit && title.includes("device: auto"));
    assert.ok(other?.edit);
    assert.ok(await vscode.workspace.applyEdit(other.edit));
    assert.match(document.getText(), /^device: auto$/m);
    await vscode.commands.executeCommand("notifications.clearAll");
  });
});
