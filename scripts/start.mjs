// `npm start`: installs, builds, and opens an editor on the examples: a desktop VS Code where there is one, else the workbench in the browser.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./workbench/cache.mjs";
import { ensureCodeServer } from "./workbench/codeServer.mjs";
import { ensurePackages } from "./workbench/install.mjs";
import { launchWorkbench } from "./workbench/launch.mjs";
import { onPath, run } from "./workbench/run.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const examples = path.join(root, "examples");

try {
  ensurePackages(root);
  run(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root });
  if (onPath("code") && !process.argv.includes("--browser")) openDesktop();
  else await openBrowser();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function openDesktop() {
  const args = ["--extensionDevelopmentPath", root, examples, path.join(examples, "mnist.train.yaml")];
  const result = process.platform === "win32" ? spawnSync("cmd.exe", ["/d", "/s", "/c", "code", ...args], { stdio: "inherit" }) : spawnSync("code", args, { stdio: "inherit" });
  if (result.status !== 0) throw new Error("VS Code did not start. `npm start -- --browser` opens the workbench in the browser instead.");
  console.log("VS Code opens on the examples. Open one and run “Descent: Train” from the command palette (F1).");
}

async function openBrowser() {
  const server = await ensureCodeServer();
  const wanted = process.env.DESCENT_PORT === undefined ? null : Number(process.env.DESCENT_PORT);
  const workbench = await launchWorkbench({ server, state: path.join(cacheFolder(), "workbench"), extension: root, port: wanted });
  const open = JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${workbench.port}${path.join(examples, "mnist.train.yaml")}`]]);
  console.log(`\nDescent is ready: ${workbench.url}/?folder=${encodeURI(examples)}&payload=${encodeURIComponent(open)}\n\nRun “Descent: Train” from the command palette (F1). Ctrl-C ends the workbench.`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void workbench.stop());
  await workbench.ended;
}
