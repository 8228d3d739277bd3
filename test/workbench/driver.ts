import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium, type Browser, type FrameLocator, type Page } from "playwright-core";
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
  /** Runs a command from the command palette by its title. */
  command(title: string): Promise<void>;
  /** Shows a file of the workspace in the editor. */
  openFile(name: string): Promise<void>;
  /** The content of the run panel. */
  panel(): FrameLocator;
  close(): Promise<void>;
}

/** Starts everything; `settings` are the user's. */
export async function startDriver(settings: Readonly<Record<string, unknown>> = {}): Promise<Driver> {
  const server = await ensureCodeServer({ withBrowser: true });
  const state = fs.mkdtempSync(path.join(os.tmpdir(), "descent-workbench-"));
  const workspace = path.join(state, "workspace");
  fs.cpSync(path.join(root, "examples"), workspace, { recursive: true, filter: (source) => path.basename(source) !== "runs" });
  const workbench = await launchWorkbench({ server, state, extension: root, settings });
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

  const command = async (title: string): Promise<void> => {
    await page.keyboard.press("F1");
    const input = page.locator(".quick-input-widget input:visible");
    await input.waitFor();
    await input.fill(`>${title}`);
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title }).first().waitFor();
    await page.keyboard.press("Enter");
  };

  const openFile = async (name: string): Promise<void> => {
    await page.keyboard.press("Control+P");
    const input = page.locator(".quick-input-widget input:visible");
    await input.waitFor();
    await input.fill(name);
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: path.basename(name) }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".tabs-container .tab.active").filter({ hasText: path.basename(name) }).waitFor();
  };

  return {
    page, workbench, workspace, open, command, openFile,
    panel: () => page.frameLocator("iframe.webview.ready:visible").first().frameLocator("iframe#active-frame"),
    async close() {
      await browser.close();
      await workbench.stop();
      fs.rmSync(state, { recursive: true, force: true });
    },
  };
}

/** Polls until `ready` gives something but undefined and false; throws after the limit, naming what it waited for. */
export async function until<T>(what: string, ready: () => Promise<T | undefined | false>, limit = 60_000): Promise<T> {
  for (const end = Date.now() + limit; Date.now() < end; ) {
    const value = await ready();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${limit / 1000} s for ${what}`);
}
