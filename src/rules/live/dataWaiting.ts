import { z } from "zod";
import { defineLiveRule } from "./defineLiveRule.js";

/** Seconds of training between two looks: shorter stretches are those in which caches fill. */
const stretch = 10;

export const dataWaiting = defineLiveRule({
  id: "data-waiting",
  severity: "warning",
  problem: "learning",
  category: "system",
  title: "Training waits for its data",
  why: "Steps stand still while their examples are read, decoded or decompressed: the run takes as long as the reading does, whatever the device. It learns what it would have learned, later.",
  what: "Hold the data in memory where they fit (data.stream: false), resize images once on the disk, take a faster disk or a format that needs no decoding (npy, Parquet), or fewer threads for training, so that some are left for reading.",
  sources: ["SageMaker Debugger, IOBottleneck and DataLoader: data loading more than half of a step; here of ten seconds of training after the first ten, in which files are opened and caches fill"],
  options: z.strictObject({ share: z.number().gt(0).lte(1).default(0.5).describe("Share of the training time that steps wait for their examples.") }),
  watch(context, { share }) {
    let [seconds, waited, stretches] = [0, 0, 0];
    return {
      onSteps(chunk, history) {
        seconds += chunk.seconds;
        waited += chunk.waited;
        if (seconds < stretch) return "unchanged";
        const part = waited / seconds;
        const [took, idle] = [seconds, waited];
        [seconds, waited] = [0, 0];
        stretches += 1;
        if (stretches === 1) return "unchanged";
        if (part < share) return part < share / 2 ? "healthy" : "unchanged";
        const holds = context.config.data.stream === true;
        return {
          step: history.lastStep, level: part, at: holds ? "data.stream" : "data.train", confidence: 0.9,
          message: `Of the last ${took.toFixed(0)} seconds of training, ${idle.toFixed(0)} were spent waiting for examples to be read (${(100 * part).toFixed(0)} %).`,
          evidence: { waiting: part, seconds: took },
          fixes: holds ? [{ title: "Hold the data in memory where they fit", safe: false, edits: [{ path: "data.stream", value: "auto" }] }] : [],
        };
      },
    };
  },
});
