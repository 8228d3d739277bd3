import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings, trainingFileGlob } from "../../src/contributions.js";
import { until } from "./helpers.js";

const extension = () => {
  const found = vscode.extensions.getExtension("descent.descent");
  assert.ok(found, "the extension is installed");
  return found;
};

suite("activation", () => {
  test("a training file in the workspace activates the extension", async () => {
    assert.ok((await vscode.workspace.findFiles(trainingFileGlob)).length > 0);
    await until("activation", () => extension().isActive);
  });

  test("every command of the contributions is registered, and no other", async () => {
    await extension().activate();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith("descent.") && !id.startsWith("descent.runs."));
    assert.deepEqual(registered.sort(), Object.values(commands).map(({ id }) => id as string).sort());
  });

  test("settings have their defaults", () => {
    for (const { key, schema } of Object.values(settings)) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(key)?.defaultValue, schema.default, key);
    }
  });

  test("the log exists", async () => {
    await vscode.commands.executeCommand(commands.showLog.id);
  });
});
