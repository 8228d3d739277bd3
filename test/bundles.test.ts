/** What the built bundles load: the editor's API in the host alone, ONNX Runtime in the training process alone. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const dist = path.join(import.meta.dirname, "..", "dist");
const built = fs.existsSync(path.join(dist, "extension.js"));
const bundles = ["extension.js", "cli.js", "cli.main.js", "runtime.js", "runtime.main.js", "search.js", "workers/curves.js", "workers/examples.js", "workers/images.js", "workers/logs.js", "workers/report.js", "workers/projection.js", "webview/run.js", "webview/search.js"];
const loads = (bundle: string, module: string) => new RegExp(`\\b(?:require|import)\\(["']${module}["']\\)`).test(fs.readFileSync(path.join(dist, bundle), "utf8"));

describe.skipIf(!built)("the bundles (skipped where nothing is built: npm run build)", () => {
  it("only the host's loads vscode", () => {
    expect(bundles.filter((bundle) => loads(bundle, "vscode"))).toEqual(["extension.js"]);
  });

  it("only the training process loads onnxruntime-node", () => {
    expect(bundles.filter((bundle) => loads(bundle, "onnxruntime-node"))).toEqual(["runtime.main.js"]);
  });

  it("the panel loads nothing of Node", () => {
    expect(fs.readFileSync(path.join(dist, "webview/run.js"), "utf8")).not.toMatch(/\brequire\(["'](node:)?(fs|path|os|child_process|net)["']\)/);
  });
});
