// Installs the product's own packages where they are missing or older than the lock file.
import fs from "node:fs";
import path from "node:path";
import { npmCommand, run } from "./run.mjs";

/** `npm ci` in the checkout, unless node_modules is as new as package-lock.json. Install scripts are not needed, and not run. */
export function ensurePackages(root) {
  const lock = path.join(root, "package-lock.json");
  const installed = path.join(root, "node_modules", ".package-lock.json");
  if (fs.existsSync(installed) && fs.statSync(installed).mtimeMs >= fs.statSync(lock).mtimeMs) return;
  console.log("Installing packages");
  const [npm, ...first] = npmCommand();
  run(npm, [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root });
  fs.utimesSync(installed, new Date(), new Date());
}
