// code-server: a real VS Code workbench for the browser, fetched from npm once into the cache.
import fs from "node:fs";
import path from "node:path";
import { cacheFolder } from "./cache.mjs";
import { npmCommand, runQuietly } from "./run.mjs";
import { ensureSystemPackages } from "./systemPackages.mjs";

const codeServerVersion = "4.139.1";
/** The Node.js that this code-server runs on; npm's `node` package brings binaries and headers. */
const nodeVersion = "24";

/**
 * Fetches code-server and its Node.js where the cache lacks them (about two minutes, 800 MB).
 * Returns the paths of the Node binary and of code-server's entry script.
 */
export async function ensureCodeServer({ withBrowser = false } = {}) {
  ensureSystemPackages({ withBrowser });
  const folder = path.join(cacheFolder(), `code-server-${codeServerVersion}`);
  const done = path.join(folder, "complete");
  if (!fs.existsSync(done)) {
    console.log(`Fetching code-server ${codeServerVersion} into ${folder} (once, about two minutes)`);
    const making = `${folder}.making-${process.pid}`;
    try {
      await fetchInto(making);
      fs.writeFileSync(path.join(making, "complete"), "");
      // someone else may have been faster: then theirs is as good
      if (!fs.existsSync(done)) {
        fs.rmSync(folder, { recursive: true, force: true });
        fs.renameSync(making, folder);
      }
    } finally {
      fs.rmSync(making, { recursive: true, force: true });
    }
  }
  return { node: nodeBinary(folder), entry: path.join(folder, "server", "node_modules", "code-server", "out", "node", "entry.js") };
}

async function fetchInto(folder) {
  const [npm, ...first] = npmCommand();
  const environment = cleanEnvironment();
  const nodeFolder = path.join(folder, "node");
  fs.mkdirSync(nodeFolder, { recursive: true });
  fs.writeFileSync(path.join(nodeFolder, "package.json"), "{}");
  // the package's install script only links the binary of the platform's package, which we find ourselves
  await runQuietly(npm, [...first, "install", "--no-audit", "--no-fund", "--ignore-scripts", `node@${nodeVersion}`, ...platformPackage()], { cwd: nodeFolder, env: environment });
  const binary = nodeBinary(folder);
  const server = path.join(folder, "server");
  fs.mkdirSync(server, { recursive: true });
  fs.writeFileSync(path.join(server, "package.json"), "{}");
  // code-server's install script asks npm which Node.js runs it: its own must, not ours
  const [itsNpm, ...itsFirst] = npmCommand(binary);
  await runQuietly(itsNpm, [...itsFirst, "install", "--no-audit", "--no-fund", `code-server@${codeServerVersion}`], {
    cwd: server,
    env: {
      ...environment,
      PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH}`,
      npm_config_nodedir: path.dirname(path.dirname(binary)),
      // npm 11 runs no install scripts of dependencies unless allowed; code-server needs them for its inner packages
      npm_config_dangerously_allow_all_scripts: "true",
    },
  });
}

/** npm's node package lists its binaries as dependencies installed by a script; we name ours directly. */
function platformPackage() {
  return [`node-${platformName()}@${nodeVersion}`];
}

function platformName() {
  return `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

function nodeBinary(folder) {
  const base = path.join(folder, "node", "node_modules", `node-${platformName()}`, "bin");
  return path.join(base, process.platform === "win32" ? "node.exe" : "node");
}

/** The environment without what npm set for us: its settings of our own package must not reach another install. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_(?!registry|cache|userconfig|globalconfig|proxy|https|noproxy|cafile)|package|lifecycle)/i.test(name)));
}
