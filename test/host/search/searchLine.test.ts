/** What a search that goes on takes of the line to its panel. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { liveBytesPerSecond } from "../../../src/host/panels/liveLine.js";
import { SearchLine } from "../../../src/host/search/searchLine.js";
import type { SearchHostMessage, TrialRow } from "../../../src/protocol/searchPanel.js";

/** A trial that has been evaluated so often: some 20 bytes an evaluation. */
function row(trial: number, evaluations: number): TrialRow {
  const epochs = Array.from({ length: evaluations }, (_, i) => i + 1);
  return {
    trial, settings: { "optimizer.adam.lr": 0.001 * trial }, confirms: null, seed: null, state: "running", stopReason: null, promoted: false,
    best: { value: 1 / evaluations, step: evaluations }, epochs, values: epochs.map((epoch) => Math.sin(trial + epoch)), seconds: evaluations, error: null,
  };
}

describe("SearchLine", () => {
  let sent: SearchHostMessage[];
  let line: SearchLine;
  const bytes = () => sent.reduce((sum, message) => sum + Buffer.byteLength(JSON.stringify(message)), 0);
  const rows = () => sent.flatMap((message) => (message.message === "trials" ? message.trials : []));

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    sent = [];
    line = new SearchLine((message) => sent.push(message));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("keeps hundreds of trials whose long curves grow together within the bytes of a live run, and leaves none out", () => {
    const [trials, ticks, interval] = [300, 50, 300];
    for (let tick = 0; tick < ticks; tick++) {
      line.changed(Array.from({ length: trials }, (_, i) => row(i + 1, 100 + tick)));
      line.advanced({ message: "progress", trials: Array.from({ length: trials }, (_, i) => ({ trial: i + 1, share: tick / ticks })), queued: [] });
      line.send(null);
      vi.advanceTimersByTime(interval);
    }
    const seconds = (ticks * interval) / 1000;
    expect(bytes() / seconds).toBeLessThan(liveBytesPerSecond * 1.1);
    // and uses the line
    expect(bytes() / seconds).toBeGreaterThan(liveBytesPerSecond * 0.5);
    // each in its turn: none is told of twice before all were told of once
    const told = rows().map(({ trial }) => trial);
    expect(told.length).toBeGreaterThan(trials);
    expect(new Set(told.slice(0, trials)).size).toBe(trials);

    sent = [];
    line.changed(Array.from({ length: trials }, (_, i) => row(i + 1, 250)));
    line.flush(null);
    expect(rows().map(({ trial, epochs }) => [trial, epochs.length])).toEqual(expect.arrayContaining([[1, 250], [trials, 250]]));
    expect(rows()).toHaveLength(trials);
  });

  it("tells a small change at once, the newest of a trial alone, and of progress the last word", () => {
    line.changed([row(1, 2)]);
    line.changed([row(2, 1), row(1, 3)]);
    line.advanced({ message: "progress", trials: [{ trial: 1, share: 0.1 }], queued: [] });
    line.advanced({ message: "progress", trials: [{ trial: 1, share: 0.2 }], queued: [] });
    line.send(null);
    expect(rows().map(({ trial, epochs }) => [trial, epochs.length])).toEqual([[1, 3], [2, 1]]);
    expect(sent.at(-1)).toMatchObject({ message: "progress", trials: [{ share: 0.2 }] });
    line.send(null);
    expect(sent).toHaveLength(2);
  });

  it("waits after a long row until it is paid for", () => {
    line.changed([row(1, 20_000)]);
    line.send(null);
    expect(sent).toHaveLength(1);
    const milliseconds = (1000 * bytes()) / liveBytesPerSecond;
    expect(milliseconds).toBeGreaterThan(1000);
    line.changed([row(2, 1)]);
    vi.advanceTimersByTime(milliseconds - 50);
    line.send(null);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(100);
    line.send(null);
    expect(rows().map(({ trial }) => trial)).toEqual([1, 2]);
  });
});
