// Pictures of the panel in its states: `node test/webview/harness/screenshots.mjs OUT [only]`.
import fs from "node:fs";
import path from "node:path";
import { launch } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const [out = "screenshots", only = ""] = process.argv.slice(2);
const sizes = [[900, 700], [520, 700], [1600, 900]];
const states = ["empty", "preparing", "running", "healthy", "paused", "stopping", "stopped", "told apart", "finished", "finished early", "failed", "broken"];
const tabs = ["layers", "evaluation", "projection", "examples", "file"];

fs.mkdirSync(out, { recursive: true });
const { address, stop } = await serve();
const browser = await launch();
const shots = [
  ...states.flatMap((state) => ["dark", "light"].map((theme) => ({ state, theme, tab: "curves" }))),
  ...tabs.flatMap((tab) => ["dark", "light"].map((theme) => ({ state: "finished", theme, tab }))),
  ...["curves", ...tabs].flatMap((tab) => ["contrast-dark", "contrast-light"].map((theme) => ({ state: "running", theme, tab }))),
];
for (const { state, theme, tab } of shots) {
  for (const [width, height] of sizes) {
    const name = `${state.replace(" ", "-")}-${tab}-${theme}-${width}`;
    if (!name.includes(only)) continue;
    const page = await browser.newPage({ viewport: { width, height } });
    page.on("pageerror", (error) => console.error(name, error.message));
    page.on("console", (message) => message.type() === "error" && console.error(name, message.text()));
    await page.goto(`${address}/?scenario=${encodeURIComponent(state)}&theme=${theme}`);
    if (tab !== "curves") await page.locator(`#tab-${tab}`).click();
    if (tab === "evaluation") await page.locator("[role=gridcell][data-row='4'][data-column='9']").click();
    await page.waitForTimeout(250);
    await page.screenshot({ path: path.join(out, `${name}.png`) });
    await page.close();
  }
}
await browser.close();
await stop();
