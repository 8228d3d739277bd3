// `npm test`: installs what is missing, builds, and runs everything: checks, unit tests, downloads and adapters of this machine, a real Slurm where it is installed, tests in the extension host, tests that drive
// the real workbench with a real browser. Ends with one line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages } from "./workbench/install.mjs";
import { run } from "./workbench/run.mjs";
import { ensureSystemPackages } from "./workbench/systemPackages.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const total = { passed: 0, failed: 0 };
/** What failed, told once more at the end: a suite's own words lie far above by then. */
const failures = [];
/** Characters of a failure's message and stack that are told again. */
const longestFailure = 1500;

/** Runs one suite and adds its counts; what cannot even start counts as one failure, and the others still run. */
async function suite(title, work) {
  console.log(`\n=== ${title}`);
  const started = Date.now();
  let counts;
  try {
    counts = await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    counts = { passed: 0, failed: 1, failures: [error instanceof Error ? error.message : String(error)] };
  }
  console.log(`${title}: ${counts.passed} passed, ${counts.failed} failed (${Math.round((Date.now() - started) / 1000)} s)`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  failures.push(...(counts.failures ?? []).map((failure) => `${title}: ${failure}`));
}

/** Vitest in a process of its own, its results read from its JSON report. */
function vitest(config) {
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "descent-test-")), "report.json");
  const script = path.join(root, "node_modules", "vitest", "vitest.mjs");
  spawnSync(process.execPath, [script, "run", "--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (!fs.existsSync(report)) throw new Error("vitest gave no report.");
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(fs.readFileSync(report, "utf8"));
  // a file that does not load has no tests in the counts
  const unloaded = testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"));
  const failures = [
    ...unloaded.map(({ name, message }) => `${path.relative(root, name)}: ${message}`),
    ...testResults.flatMap(({ name, assertionResults }) => assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => `${path.relative(root, name)}: ${fullName}\n${failureMessages.join("\n").slice(0, longestFailure)}`)),
  ];
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length, failures };
}

try {
  ensurePackages(root);
  ensureSystemPackages({ withBrowser: true });
  run(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exit(1);
}

const { runChecks } = await import("./check.mjs");
await suite("checks", runChecks);
await suite("unit tests", () => vitest("vitest.config.ts"));
await suite("machine", () => vitest("vitest.machine.config.ts"));
await suite("cluster", () => vitest("vitest.cluster.config.ts"));
await suite("extension host", async () => (await import("../test/integration/run.mjs")).runHostTests());
await suite("workbench", () => vitest("vitest.workbench.config.ts"));

for (const failure of failures) console.error(`\nFAILED ${failure}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
