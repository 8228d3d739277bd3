// Starts a workbench in the browser (code-server) and says where it listens.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";

/** A free port of the loopback interface. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Settings of a fresh user: no welcome pages, and no chat panel that would take a quarter of the window. */
const firstSettings = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "git.openRepositoryInParentFolders": "never",
};

/**
 * Starts code-server. `server`: from ensureCodeServer. `state`: folder for settings and installed extensions.
 * `extension`: the checkout, linked in as an installed extension; null where a test passes it as development path.
 * `environment`: added to the server's, and so to the extension host's. `trust`: whether every workspace is trusted without a question.
 */
export async function launchWorkbench({ server, state, extension = null, port = null, environment = {}, settings = {}, smokeTest = false, trust = true }) {
  const listening = port ?? (await freePort());
  const userData = path.join(state, "user-data");
  const extensions = path.join(state, "extensions");
  fs.mkdirSync(path.join(userData, "User"), { recursive: true });
  fs.mkdirSync(extensions, { recursive: true });
  const settingsFile = path.join(userData, "User", "settings.json");
  if (!fs.existsSync(settingsFile)) fs.writeFileSync(settingsFile, JSON.stringify({ ...firstSettings, "security.workspace.trust.enabled": !trust, ...settings }, null, 2));
  const config = path.join(state, "config.yaml");
  fs.writeFileSync(config, "cert: false\n");
  if (extension !== null) linkExtension(extension, extensions);
  const inherited = { ...process.env };
  // both would make code-server listen elsewhere, or talk to a workbench that is open already
  delete inherited.PORT;
  delete inherited.VSCODE_IPC_HOOK_CLI;
  const child = spawn(
    server.node,
    [
      server.entry, "--config", config, "--auth", "none", "--bind-addr", `127.0.0.1:${listening}`,
      "--user-data-dir", userData, "--extensions-dir", extensions,
      "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", "--ignore-last-opened",
      ...(trust ? ["--disable-workspace-trust"] : []),
      ...(smokeTest ? ["--vscode-option", "enable-smoke-test-driver"] : []),
    ],
    { env: { ...inherited, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => { log = (log + data).slice(-20_000); });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const url = `http://127.0.0.1:${listening}`;
  await answering(`${url}/healthz`, ended, () => log);
  return {
    url,
    port: listening,
    pid: child.pid,
    ended,
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Polls until the server answers; throws with its log where it ends first or stays silent for a minute. */
async function answering(url, ended, log) {
  const over = ended.then(() => "over");
  for (const limit = Date.now() + 60_000; Date.now() < limit; ) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    if ((await Promise.race([over, new Promise((resolve) => { setTimeout(resolve, 100); })])) === "over") break;
  }
  throw new Error(`The workbench did not start.\n${log()}`);
}

/** Makes the checkout an installed extension of that folder. */
function linkExtension(checkout, extensions) {
  const manifest = JSON.parse(fs.readFileSync(path.join(checkout, "package.json"), "utf8"));
  const link = path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  fs.rmSync(link, { recursive: true, force: true });
  fs.symlinkSync(checkout, link, "junction");
  // a list from an earlier start would hide what we linked
  fs.rmSync(path.join(extensions, "extensions.json"), { force: true });
}
