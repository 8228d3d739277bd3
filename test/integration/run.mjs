// Runs the tests of this folder inside the extension host of a real workbench. Prints what failed; `runHostTests` returns the counts.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { ensureCodeServer } from "../../scripts/workbench/codeServer.mjs";
import { launchWorkbench } from "../../scripts/workbench/launch.mjs";
import { chromiumPath } from "../../scripts/workbench/systemPackages.mjs";
import { bundleHostTests } from "./bundle.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const timeLimit = 10 * 60_000;

/** Opens the workbench and waits for the tests' end. Returns `{ passed, failed }`. */
export async function runHostTests() {
  await bundleHostTests();
  const server = await ensureCodeServer({ withBrowser: true });
  const state = fs.mkdtempSync(path.join(os.tmpdir(), "descent-host-"));
  const workspace = path.join(state, "workspace");
  fs.cpSync(path.join(root, "examples"), workspace, { recursive: true, filter: (source) => path.basename(source) !== "runs" });
  const result = path.join(state, "result.json");
  const workbench = await launchWorkbench({ server, state, environment: { DESCENT_TEST_RESULT: result }, smokeTest: true });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const ended = new Promise((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code) => resolve(code));
    });
    await page.exposeFunction("codeAutomationLog", (type, args) => console.log(`[${type}]`, ...args.map((a) => (typeof a === "string" ? a : JSON.stringify(a)))));
    const remote = (file) => `vscode-remote://127.0.0.1:${workbench.port}${file}`;
    const payload = [["extensionDevelopmentPath", remote(root)], ["extensionTestsPath", remote(path.join(root, "dist", "test", "integration", "index.js"))]];
    await page.goto(`${workbench.url}/?folder=${encodeURI(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    let late;
    const code = await Promise.race([ended, new Promise((resolve) => { late = setTimeout(() => resolve("late"), timeLimit); })]);
    clearTimeout(late);
    if (!fs.existsSync(result)) {
      await page.screenshot({ path: path.join(state, "screen.png") });
      throw new Error(`The tests inside the extension host gave no result (${code}); a picture is at ${path.join(state, "screen.png")}\n${workbench.log()}`);
    }
  } finally {
    await browser.close();
    await workbench.stop();
  }
  const { passed, failed, failures } = JSON.parse(fs.readFileSync(result, "utf8"));
  for (const { title, message } of failures) console.error(`FAILED ${title}\n  ${message}`);
  fs.rmSync(state, { recursive: true, force: true });
  return { passed, failed, failures: failures.map(({ title, message }) => `${title}\n${message}`) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await runHostTests();
  console.log(`extension host: ${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
