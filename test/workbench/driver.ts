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
  /** Opens the workspace (again), as after a reload of the window, optionally on a file; with all its folders where a .code-workspace lies in it. */
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

export interface DriverOptions {
  /** The user's. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the server's, and so to the extension host's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** False: the workbench asks about each workspace, and this one is not trusted. */
  readonly trust?: boolean;
}

/** Starts everything. */
export async function startDriver({ settings = {}, environment = {}, trust = true }: DriverOptions = {}): Promise<Driver> {
  const server = await ensureCodeServer({ withBrowser: true });
  const state = fs.mkdtempSync(path.join(os.tmpdir(), "descent-workbench-"));
  const workspace = path.join(state, "workspace");
  fs.cpSync(path.join(root, "examples"), workspace, { recursive: true, filter: (source) => path.basename(source) !== "runs" });
  const workbench = await launchWorkbench({ server, state, extension: root, settings, environment, trust });
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath() ?? undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });

  const open = async (file?: string): Promise<void> => {
    const payload = file === undefined ? "" : `&payload=${encodeURIComponent(JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${workbench.port}${path.join(workspace, file)}`]]))}`;
    const codeWorkspace = fs.readdirSync(workspace).find((name) => name.endsWith(".code-workspace"));
    const opened = codeWorkspace === undefined ? `folder=${encodeURI(workspace)}` : `workspace=${encodeURI(path.join(workspace, codeWorkspace))}`;
    await page.goto(`${workbench.url}/?${opened}${payload}`);
    await page.waitForSelector(".monaco-workbench .explorer-folders-view", { timeout: 60_000 });
  };

  /**
   * Opens the quick input by a key, writes into it and gives the row of a label, or undefined when the input did not stay: a key is
   * lost while the last input is closing, and an input closes when a panel that is just being drawn takes the focus.
   */
  const quickInput = async (key: string, text: string, label: string): Promise<Locator | undefined> => {
    const soon = { timeout: 3_000 };
    const input = page.locator(".quick-input-widget input:visible");
    // the widget marks matches letter by letter, so rows are found by their label
    const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="${label}"]`).first();
    await page.keyboard.press(key);
    return input.waitFor(soon).then(() => input.fill(text, soon)).then(() => row.waitFor(soon)).then(
      () => row,
      async () => {
        // closed, so that the next try starts with a new search
        await page.keyboard.press("Escape");
        return undefined;
      },
    );
  };

  /** Opens the quick input as often as it needs, and clicks the row: a click that finds no row was none. */
  const choose = (key: string, text: string, label: string): Promise<true> =>
    until(`${label} in the quick input (${key})`, async () => {
      const row = await quickInput(key, text, label);
      return row !== undefined && row.click({ timeout: 3_000 }).then((): true => true, (): false => false);
    });

  const palette = (title: string): Promise<Locator> => until(`${title} in the palette`, () => quickInput("F1", `>${title}`, title));

  const command = async (title: string): Promise<void> => {
    await choose("F1", `>${title}`, title);
    // some commands ask on, in the same widget
    await page.locator(".quick-input-widget-closing").waitFor({ state: "detached" });
  };

  const openFile = async (name: string): Promise<void> => {
    await choose("Control+P", name, path.basename(name));
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
