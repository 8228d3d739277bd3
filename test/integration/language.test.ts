import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../src/contributions.js";
import { codeOf, diagnosticsOf, openWith, retype, until } from "./helpers.js";

const healthy = `# a comment that stays
data:
  train: { generate: two_moons, examples: 200, noise: 0.1 }
model:
  - dense: { units: 16, activation: relu } # hidden
  - dense: 2
loss: cross_entropy
optimizer: { adam: { lr: 1e-2 } }
training: { epochs: 2, batch_size: 32 }
seed: 0
`;

const actionsAt = (uri: vscode.Uri, range: vscode.Range) => vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", uri, range);

suite("language", () => {
  test("a healthy file has no errors and no warnings", async () => {
    const document = await openWith("healthy.train.yaml", healthy);
    // a broken twin says when the checks have run
    await retype(document, healthy.replace("seed: 0", "sed: 0"));
    await until("the broken twin's squiggle", () => diagnosticsOf(document.uri, "unknown-key").length === 1);
    await retype(document, healthy);
    await until("silence", () => vscode.languages.getDiagnostics(document.uri).every(({ severity }) => severity > vscode.DiagnosticSeverity.Warning));
  });

  test("an unknown key is underlined while typing, and its fix renames it and keeps the comments", async () => {
    const document = await openWith("typo.train.yaml", healthy.replace("batch_size", "batchsize"));
    const [diagnostic] = await until("the squiggle", () => {
      const found = diagnosticsOf(document.uri, "unknown-key");
      return found.length > 0 && found;
    });
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    assert.match(document.getText(diagnostic.range), /batchsize/);
    const actions = await actionsAt(document.uri, diagnostic.range);
    const fix = actions.find(({ title, edit }) => edit && /batch_size/.test(title));
    assert.ok(fix?.edit, `a fix among ${actions.map(({ title }) => title).join(", ")}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(document.getText(), healthy);
    await until("no squiggle", () => diagnosticsOf(document.uri, "unknown-key").length === 0);
  });

  test("softmax before cross-entropy is named at its place, links to its page, and is fixed", async () => {
    const document = await openWith("softmax.train.yaml", healthy.replace("- dense: 2", "- dense: { units: 2, activation: softmax }"));
    const [diagnostic] = await until("the finding", () => {
      const found = diagnosticsOf(document.uri, "softmax-before-cross-entropy");
      return found.length > 0 && found;
    });
    assert.equal(diagnostic.range.start.line, 5);
    const { code } = diagnostic;
    assert.ok(typeof code === "object" && code.target.scheme === "command");
    const fix = (await actionsAt(document.uri, diagnostic.range)).find(({ isPreferred }) => isPreferred);
    assert.ok(fix?.edit);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await until("no finding", () => diagnosticsOf(document.uri, "softmax-before-cross-entropy").length === 0);
    assert.match(document.getText(), /# hidden/);
  });

  test("a rule is silenced by a comment with a reason, or for the file", async () => {
    const text = healthy.replace("- dense: 2", "- dense: { units: 2, activation: softmax }");
    const document = await openWith("silence.train.yaml", text);
    const rule = "softmax-before-cross-entropy";
    const [diagnostic] = await until("the finding", () => {
      const found = diagnosticsOf(document.uri, rule);
      return found.length > 0 && found;
    });
    const titles = (await actionsAt(document.uri, diagnostic.range)).map(({ title }) => title);
    assert.ok(titles.includes(`Disable ${rule} here, with a reason`), titles.join(", "));
    const off = (await actionsAt(document.uri, diagnostic.range)).find(({ title }) => title === `Turn off ${rule} in this file`);
    assert.ok(off?.edit);
    await vscode.workspace.applyEdit(off.edit);
    await until("silence by the file's rules", () => diagnosticsOf(document.uri, rule).length === 0);
    await retype(document, text.replace("  - dense: { units: 2", `  # descent-disable-next-line ${rule} -- to see what happens\n  - dense: { units: 2`));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(diagnosticsOf(document.uri, rule).length, 0);
  });

  test("rules about the data report after the file was opened", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i * 1_000_000},${(i % 7) / 1e4},${i % 2}`);
    await openWith("wild.csv", ["a,b,label", ...rows].join("\n"));
    const document = await openWith("wild.train.yaml", healthy.replace(/train: .*/, "train: wild.csv"));
    const found = await until("a finding about the data's scale", () => {
      const all = diagnosticsOf(document.uri, "unscaled-inputs");
      return all.length > 0 && all;
    });
    assert.equal(codeOf(found[0]), "unscaled-inputs");
  });

  test("completion offers keys, and hover explains them", async () => {
    const document = await openWith("complete.train.yaml", healthy.replace("optimizer: { adam: { lr: 1e-2 } }", "optim"));
    const line = document.getText().split("\n").indexOf("optim");
    const list = await vscode.commands.executeCommand<vscode.CompletionList>("vscode.executeCompletionItemProvider", document.uri, new vscode.Position(line, 5));
    assert.ok(list.items.some(({ label }) => (typeof label === "string" ? label : label.label) === "optimizer"), "optimizer is offered");
    await retype(document, healthy);
    const hovers = await until("a hover", async () => {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, new vscode.Position(7, 3));
      return found.length > 0 && found;
    });
    assert.ok(hovers.some(({ contents }) => contents.some((part) => (typeof part === "string" ? part : part.value).length > 10)));
  });

  test("Train and Check stand above the first line", async () => {
    const document = await openWith("lens.train.yaml", healthy);
    const lenses = await until("code lenses", async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 10);
      return found.length >= 2 && found;
    });
    assert.deepEqual(lenses.map(({ command }) => command?.command), [commands.train.id, commands.check.id]);
  });
});
