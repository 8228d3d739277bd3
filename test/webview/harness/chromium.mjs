import fs from "node:fs";
import { chromium } from "playwright-core";

const places = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Path of a Chromium on this machine; undefined where there is none. */
export const chromiumPath = places.find((place) => place && fs.existsSync(place));

/** A headless browser. */
export function launch() {
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
}
