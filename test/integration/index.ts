/** Entry of the tests inside the extension host (VS Code's convention: `run`). Mocha's own loader would look for files; ours are bundled. */
import fs from "node:fs";
import Mocha from "mocha";

/** Runs every suite and writes the counts to the file that DESCENT_TEST_RESULT names. Rejects where something failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", color: false, timeout: 60_000, reporter: Mocha.reporters.Base });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("./activation.test.js");
  await import("./language.test.js");
  await import("./devices.test.js");
  await import("./training.test.js");
  const result = { passed: 0, failed: 0, failures: [] as { title: string; message: string }[] };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on("pass", (test) => {
      result.passed += 1;
      console.log(`ok ${test.fullTitle()} (${test.duration} ms)`);
    });
    runner.on("fail", (test, error: Error) => {
      result.failed += 1;
      result.failures.push({ title: test.fullTitle(), message: error.stack ?? String(error) });
      console.log(`FAILED ${test.fullTitle()}: ${error.message}`);
    });
  });
  const { DESCENT_TEST_RESULT: file } = process.env;
  if (file) fs.writeFileSync(file, JSON.stringify(result, null, 2));
  if (result.failed > 0) throw new Error(`${result.failed} tests failed`);
}
