/** TensorBoard's own reader must see what we wrote. Skipped where there is no Python with the `tensorboard` package. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { EventFileWriter } from "../../src/runs/events/eventFileWriter.js";
import { readScalars } from "../../src/runs/events/readScalars.js";

const python = spawnSync("python3", ["-c", "import tensorboard.backend.event_processing.event_accumulator"], { encoding: "utf8" });
const reason = python.error ? "no python3" : python.status === 0 ? null : "python3 has no tensorboard";

const script = `
import json, sys
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as Plugin
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator as Classic
from tensorboard.util import tensor_util
out = {}
for split in ["train", "validation"]:
    classic = Classic(sys.argv[1] + "/" + split, size_guidance={"scalars": 0}); classic.Reload()
    plugin = Plugin(sys.argv[1] + "/" + split, size_guidance={"tensors": 0}); plugin.Reload()
    for tag in classic.Tags()["scalars"]:
        out["classic/" + split + "/" + tag] = [[e.step, repr(e.value), e.wall_time] for e in classic.Scalars(tag)]
    for tag in plugin.Tags()["tensors"]:
        assert plugin.SummaryMetadata(tag).plugin_data.plugin_name == "scalars", tag
        out["plugin/" + split + "/" + tag] = [[e.step, repr(float(tensor_util.make_ndarray(e.tensor_proto).item())), e.wall_time] for e in plugin.Tensors(tag)]
print(json.dumps(out))
`;

describe(`TensorBoard's own reader${reason ? ` (skipped: ${reason})` : ""}`, () => {
  it.skipIf(reason !== null)("shows what ours does, a resumed run as one curve", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-tensorboard-"));
    try {
      const first = new EventFileWriter(path.join(folder, "train"), 1);
      for (let step = 1; step <= 300; step++) first.scalars(1_763_728_777 + step, step, ["loss", "learning_rate", "gradient_norm/dense_1"], [Math.fround(2.3 / step), Math.fround(1e-3), step === 7 ? Number.NaN : step]);
      first.close();
      const resumed = new EventFileWriter(path.join(folder, "train"), 201);
      for (let step = 201; step <= 400; step++) resumed.scalars(1_763_729_777 + step, step, ["loss"], [Math.fround(-step)]);
      resumed.close();
      const validation = new EventFileWriter(path.join(folder, "validation"), 1);
      validation.scalars(1_763_728_800, 100, ["loss", "accuracy"], [0.25, Infinity]);
      validation.close();

      const ours = (await readScalars(folder)).series;
      const read = spawnSync("python3", ["-c", script, folder], { encoding: "utf8", maxBuffer: 1 << 26 });
      expect(read.status, read.stderr).toBe(0);
      const theirs = JSON.parse(read.stdout) as Record<string, [number, string, number][]>;
      for (const reader of ["classic", "plugin"]) {
        const tags = Object.keys(theirs).filter((tag) => tag.startsWith(reader)).map((tag) => tag.slice(reader.length + 1));
        expect(tags.sort()).toEqual([...ours.keys()].sort());
        for (const [tag, { steps, values, wallTimes }] of ours) {
          expect(theirs[`${reader}/${tag}`].map(([step, value, time]) => [step, numberOf(value), time])).toEqual(Array.from(steps, (step, i) => [step, values[i], wallTimes[i]]));
        }
      }
      expect(ours.get("train/loss")!.steps.length).toBe(400);
      expect(ours.get("train/gradient_norm/dense_1")!.steps.length).toBe(200);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Python's `repr` of a float. */
function numberOf(text: string): number {
  return { nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[text] ?? Number(text);
}
