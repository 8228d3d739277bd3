// Running commands from scripts: no shell, errors with the command's own words.
import { spawn, spawnSync } from "node:child_process";

/** The npm that runs us, on a Node.js of choice, or the one on the path; as a command and its first arguments. */
export function npmCommand(node = process.execPath) {
  const script = process.env.npm_execpath;
  if (script !== undefined && /\.(c|m)?js$/.test(script)) return [node, script];
  return process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", "npm"] : ["npm"];
}

/** Runs to the end with our own output; throws where it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: "inherit", ...options });
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${result.status ?? result.signal}`);
}

/** Runs quietly; the output is shown only where it fails. Resolves to standard output. */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    let shown = "";
    child.stdout.on("data", (data) => { output += data; shown += data; });
    child.stderr.on("data", (data) => { shown += data; });
    child.on("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(" ")} ended with ${code}\n${shown.slice(-4000)}`))));
  });
}

/** Whether a program is on the path. */
export function onPath(program) {
  return spawnSync(process.platform === "win32" ? "where" : "which", [program], { stdio: "ignore" }).status === 0;
}
