import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium, type Browser, type FrameLocator, type Locator, type Page } from "playwright-core";
import { ensureCodeServer } from "../../scripts/workbench/codeServer.mjs";
import { launchWorkbench, type Workbench } from "../../scripts/workbench/launch.mjs";
import { chromiumPath } from "../../scripts/workbench/systemPackages.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");

/** A real workbench with the built extension, a browser that looks at it, and a copy of the examples as its workspace. */
export interface Driver {
  readonly page: Page;
  readonly workbench: Workbench;
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** Opens the workspace (again), as after a reload of the window, optionally on a file. */
  open(file?: string): Promise<void>;
  /** Opens the command palette on a command; a click on the locator runs it. */
  palette(title: string): Promise<Locator>;
  /** Runs a command from the command palette by its title. */
  command(title: string): Promise<void>;
  /** Shows a file of the workspace in the editor. */
  openFile(name: string): Promise<void>;
  /** The content of the run panel. */
  panel(): FrameLocator;
  /** A picture of the window, for looking at what went wrong; the path is printed. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything; `settings` are the user's, `environment` is added to the server's and so to the extension host's. */
export async function startDriver(settings: Readonly<Record<string, unknown>> = {}, environment: Readonly<Record<string, string>> = {}): Promise<Driver> {
  const server = await ensureCodeServer({ withBrowser: true });
  const state = fs.mkdtempSync(path.join(os.tmpdir(), "descent-workbench-"));
  const workspace = path.join(state, "workspace");
  fs.cpSync(path.join(root, "examples"), workspace, { recursive: true, filter: (source) => path.basename(source) !== "runs" });
  const workbench = await launchWorkbench({ server, state, extension: root, settings, environment });
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath() ?? undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });

  const open = async (file?: string): Promise<void> => {
    const payload = file === undefined ? "" : `&payload=${encodeURIComponent(JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${workbench.port}${path.join(workspace, file)}`]]))}`;
    await page.goto(`${workbench.url}/?folder=${encodeURI(workspace)}${payload}`);
    await page.waitForSelector(".monaco-workbench .explorer-folders-view", { timeout: 60_000 });
  };

  /** Opens the quick input by a key; a key pressed while the last one is closing is lost, so it is pressed again. */
  const quickInput = async (key: string, text: string): Promise<void> => {
    const input = page.locator(".quick-input-widget input:visible");
    await until(`the quick input (${key})`, async () => {
      await page.keyboard.press(key);
      return input.waitFor({ timeout: 3_000 }).then(() => true, () => false);
    });
    await input.fill(text);
  };

  const palette = async (title: string): Promise<Locator> => {
    // the widget marks matches letter by letter, so rows are found by their label
    const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
    await until(`${title} in the palette`, async () => {
      await quickInput("F1", `>${title}`);
      return row.waitFor({ timeout: 3_000 }).then(() => true, () => false);
    });
    return row;
  };

  const command = async (title: string): Promise<void> => {
    await (await palette(title)).click();
    // some commands ask on, in the same widget
    await page.locator(".quick-input-widget-closing").waitFor({ state: "detached" });
  };

  const openFile = async (name: string): Promise<void> => {
    await quickInput("Control+P", name);
    await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${path.basename(name)}"]`).first().click();
    await page.locator(".tabs-container .tab.active").filter({ hasText: path.basename(name) }).first().waitFor();
    await page.locator(".editor-group-container.active .monaco-editor .view-line").first().waitFor();
  };

  return {
    page, workbench, workspace, open, palette, command, openFile,
    panel: () => page.frameLocator("iframe.webview.ready:visible").first().frameLocator("iframe#active-frame"),
    async picture(name) {
      const file = path.join(os.tmpdir(), `descent-workbench-${name}.png`);
      await page.screenshot({ path: file });
      console.log(`picture: ${file}`);
    },
    async close() {
      await browser.close();
      await workbench.stop();
      fs.rmSync(state, { recursive: true, force: true });
    },
  };
}

/** Polls until `ready` gives something but undefined and false; throws after the limit, naming what it waited for. */
export async function until<T>(what: string, ready: () => Promise<T | undefined | false>, limit = 60_000, interval = 100): Promise<T> {
  for (const end = Date.now() + limit; Date.now() < end; ) {
    const value = await ready();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  throw new Error(`waited ${limit / 1000} s for ${what}`);
}
