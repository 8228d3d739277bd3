// System packages that the workbench in the browser and its tests need: installed where we are root on Debian, named elsewhere.
import fs from "node:fs";
import { spawnSync } from "node:child_process";
import { onPath } from "./run.mjs";

/** What is looked for, and the Debian package that brings it. */
const compiler = [
  { found: () => onPath("gcc"), debian: "gcc" },
  { found: () => onPath("g++"), debian: "g++" },
  { found: () => onPath("make"), debian: "make" },
  { found: () => onPath("python3"), debian: "python3" },
  { found: () => fs.existsSync("/usr/include/gssapi.h") || fs.existsSync("/usr/include/gssapi/gssapi.h"), debian: "libkrb5-dev" },
];
const browser = [
  { found: () => chromiumPath() !== null, debian: "chromium" },
  // without any font the browser lays out empty boxes
  { found: () => process.platform !== "linux" || fs.existsSync("/usr/share/fonts/truetype") || fs.existsSync("/usr/share/fonts/TTF"), debian: "fonts-dejavu-core" },
];

/** The Chromium that tests drive, or null. */
export function chromiumPath() {
  const named = process.env.DESCENT_CHROMIUM;
  const candidates = [
    named, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ];
  return candidates.find((file) => file !== undefined && fs.existsSync(file)) ?? null;
}

function isRootOnDebian() {
  return process.platform === "linux" && process.getuid?.() === 0 && onPath("apt-get");
}

/** Sees to it that the packages are there; throws an error that names the missing ones where it cannot install them. */
export function ensureSystemPackages({ withBrowser }) {
  if (process.platform !== "linux" && !withBrowser) return;
  const wanted = process.platform === "linux" ? [...compiler, ...(withBrowser ? browser : [])] : browser;
  const missing = wanted.filter((one) => !one.found()).map((one) => one.debian);
  if (missing.length === 0) return;
  if (!isRootOnDebian()) {
    throw new Error(`These system packages are missing: ${missing.join(", ")} (Debian's names). Install them and run the command again${onPath("apt-get") ? `: sudo apt-get install ${missing.join(" ")}` : "."}`);
  }
  console.log(`Installing system packages: ${missing.join(", ")}`);
  const options = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-qq"], options);
  const result = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], options);
  if (result.status !== 0) throw new Error(`apt-get could not install ${missing.join(", ")}.`);
}
