import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startDriver, until } from "../test/workbench/driver.js";

export interface EditorFigures {
  /** Seconds from Enter in the palette to the first step on the panel's header, one a round; the first is a cold start. */
  readonly firstPoint: readonly number[];
  /** Delay of the extension host's event loop, ms: while a run trains with its panel open, and while nothing runs. */
  readonly training: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly idle: { readonly p50: number; readonly p99: number; readonly max: number };
}

const quick = `data:
  train: data/t10k-images-idx3-ubyte.gz
  labels: data/t10k-labels-idx1-ubyte.gz
  scaling: unit
model: [flatten, { dense: { units: 128, activation: relu } }, { dense: 10 }]
training: { epochs: 60, batch_size: 64 }
`;

/** Drives the real workbench: trains an MLP on MNIST's test digits from the palette, several times, and watches the extension host. */
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
        await driver.page.keyboard.press("F1");
        await driver.page.locator(".quick-input-widget input:visible").fill(">Descent: Train");
        await driver.page.locator('.quick-input-list .monaco-list-row[aria-label^="Descent: Train"]').first().waitFor();
        const started = performance.now();
        await driver.page.keyboard.press("Enter");
        await until("the first step", async () => {
          const header = (await driver.panel().locator(".run-header").innerText({ timeout: 200 }).catch(() => "")).replaceAll("\n", " ");
          // the panel of the run before is finished
          return /running.*step\s+[1-9]/.test(header);
        }, 30_000, 10);
        const seconds = (performance.now() - started) / 1000;
        // the first run of a model measures its threads; what counts is a warm cache
        if (run > 0) firstPoint.push(seconds);
        report(`palette to first point, ${run === 0 ? "first run of the model" : "warm"}: ${seconds.toFixed(2)} s`);
        await until("the run's end", async () => (await driver.panel().locator(".run-state").innerText().catch(() => "")).includes("finished"), 120_000);
      }
    } finally {
      await driver.close();
    }
  }
  return { firstPoint, idle: await hostDelay(false, report), training: await hostDelay(true, report) };
}

async function hostDelay(training: boolean, report: (line: string) => void) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "descent-loop-")), "delay.json");
  const probe = path.resolve("bench", "eventLoopProbe.cjs");
  const driver = await startDriver({}, { NODE_OPTIONS: `--require=${probe}`, DESCENT_EVENT_LOOP: file });
  try {
    fs.writeFileSync(path.join(driver.workspace, "quick.train.yaml"), quick);
    await driver.open("quick.train.yaml");
    await driver.page.locator(".codelens-decoration").first().waitFor({ timeout: 60_000 });
    if (training) await driver.command("Descent: Train");
    if (training) await driver.panel().locator(".run-figures").waitFor();
    fs.writeFileSync(`${file}.mark`, "");
    const figures = await until("the probe's figures", async () => {
      if (!fs.existsSync(file)) return undefined;
      const read = JSON.parse(fs.readFileSync(file, "utf8")) as EditorFigures["idle"] & { count: number };
      return read.count > 4000 ? read : undefined;
    });
    report(`event loop of the extension host, ${training ? "training" : "idle"}: median ${figures.p50.toFixed(1)} ms, 99th percentile ${figures.p99.toFixed(1)} ms, most ${figures.max.toFixed(1)} ms`);
    return figures;
  } finally {
    await driver.close();
  }
}
