import fs from "node:fs";
import path from "node:path";
import { type Driver, startDriver, until } from "../test/workbench/driver.js";

export interface EditorFigures {
  /** Seconds from a click in the palette to the first step on the panel's header, each of a run whose model was trained before. */
  readonly firstPoint: readonly number[];
}

const quick = `data:
  train: data/t10k-images-idx3-ubyte.gz
  labels: data/t10k-labels-idx1-ubyte.gz
  scaling: unit
model: [flatten, { dense: { units: 128, activation: relu } }, { dense: 10 }]
training: { epochs: 60, batch_size: 64 }
`;

/** Drives the real workbench: trains an MLP on MNIST's test digits from the palette, several times. */
export async function measureEditor(rounds: number, report: (line: string) => void): Promise<EditorFigures> {
  const firstPoint: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const driver = await startDriver();
    try {
      fs.writeFileSync(path.join(driver.workspace, "quick.train.yaml"), quick);
      await driver.open("quick.train.yaml");
      await driver.page.locator(".codelens-decoration").first().waitFor({ timeout: 60_000 });
      for (let run = 0; run < 4; run++) {
        await driver.page.locator(".tabs-container .tab", { hasText: "quick.train.yaml" }).click();
        const row = await driver.palette("Descent: Train");
        const started = performance.now();
        await row.click();
        await until("the first step", async () => {
          const header = (await driver.panel().locator(".run-header").innerText({ timeout: 200 }).catch(() => "")).replaceAll("\n", " ");
          // later on, the panel of the run before is there, and finished
          return (run === 0 ? /(running|finished).*step\s+[1-9]/ : /running.*step\s+[1-9]/).test(header);
        }, 30_000, 10);
        const seconds = (performance.now() - started) / 1000;
        // the browser's first webview installs its service worker, which takes seconds and is not ours
        // the first run of a model measures its threads; what counts is a warm cache
        if (run > 0) firstPoint.push(seconds);
        report(`palette to first point, ${run === 0 ? "first run of the model" : "warm"}: ${seconds.toFixed(2)} s`);
        await until("the run's end", async () => (await driver.panel().locator(".run-state").innerText().catch(() => "")).includes("finished"), 120_000);
      }
    } finally {
      await driver.close();
    }
  }
  return { firstPoint };
}

/**
 * Opens the panel of an ended run in the real workbench, time and again: seconds from the birth of its page to the first paint with content. The
 * browser has loaded webviews before; the panel's own files come from the server.
 */
export async function measureFirstPaint(rounds: number, report: (line: string) => void): Promise<readonly number[]> {
  const driver = await startDriver();
  try {
    fs.writeFileSync(path.join(driver.workspace, "quick.train.yaml"), quick.replace("epochs: 60", "epochs: 5"));
    await driver.open("quick.train.yaml");
    await driver.command("Descent: Train");
    await until("the run's end", async () => (await driver.panel().locator(".run-state").innerText().catch(() => "")).includes("finished"), 120_000);
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      seconds.push(await paintOfPanel(driver));
      report(`a panel's first paint: ${seconds.at(-1)!.toFixed(3)} s`);
    }
    return seconds;
  } finally {
    await driver.close();
  }
}

async function paintOfPanel(driver: Driver): Promise<number> {
  await driver.command("View: Close All Editors");
  await driver.page.locator(".editor-group-container .tab").first().waitFor({ state: "detached" });
  await driver.command("Descent: Open Run"); // the only run there is
  const header = driver.panel().locator(".run-header");
  await header.waitFor();
  const frame = (await (await header.elementHandle())!.ownerFrame())!;
  return (await until("the first paint", () => frame.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime))) / 1000;
}
