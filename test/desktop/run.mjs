// `npm run test:desktop`: the tests of test/integration in a desktop VS Code, which is downloaded where the machine may.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runTests } from "@vscode/test-electron";
import { run } from "../../scripts/workbench/run.mjs";
import { bundleHostTests } from "../integration/bundle.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const state = fs.mkdtempSync(path.join(os.tmpdir(), "descent-desktop-"));
const workspace = path.join(state, "workspace");
const result = path.join(state, "result.json");

try {
  run(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root });
  await bundleHostTests();
  fs.cpSync(path.join(root, "examples"), workspace, { recursive: true, filter: (source) => path.basename(source) !== "runs" });
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, "dist", "test", "integration", "index.js"),
    extensionTestsEnv: { DESCENT_TEST_RESULT: result },
    launchArgs: [workspace, "--disable-extensions", "--disable-workspace-trust", "--skip-welcome", "--user-data-dir", path.join(state, "user-data")],
  }).catch((error) => {
    if (!fs.existsSync(result)) throw error; // the tests themselves say what failed
  });
  const { passed, failed, failures } = JSON.parse(fs.readFileSync(result, "utf8"));
  for (const { title, message } of failures) console.error(`FAILED ${title}\n  ${message}`);
  console.log(`desktop: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  fs.rmSync(state, { recursive: true, force: true });
}
