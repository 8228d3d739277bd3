/** `repeat:`, `ensemble:` and `cluster:`, the sections that speak of more than one run. */
import { z } from "zod";
import { choice, section } from "./marks.js";

const repeatLong = section({
  seeds: z.int().min(2).max(1000).optional().describe("Runs from as many seeds: the file's own and those after it."),
  folds: z.int().min(2).max(1000).optional().describe("Cross-validation: as many runs, each validated on another of so many equal parts of what is not test data."),
}, { alternatives: ["seeds", "folds"] }).refine(({ seeds, folds }) => (seeds === undefined) !== (folds === undefined), "repeat takes seeds: n (as repeat: n does) or folds: n.");

/** A number alone is a number of seeds. */
export const repeatSection = z.union([z.int().min(2).max(1000), repeatLong]);

export const ensembleSection = section({
  members: z.int().min(2).max(100).default(5).describe("Models whose predictions are averaged."),
  kind: choice(["independent", "snapshot"]).default("independent").describe("independent: runs of their own; snapshot: one after the other, each going on from the last one's weights with the rate at its top again (a cycle each of the file's epochs or steps)."),
  vary: z.record(z.string(), z.unknown()).default({ seed: true }).describe("What differs between members: seed: true; folds: true (each leaves out another part of the training data, on which it is validated); or a path and its values, taken in turn: { optimizer.adam.lr: [1e-3, 3e-4] }. Default: the seed."),
});

/** Forms of time that sbatch takes: minutes, minutes:seconds, hours:minutes:seconds, days-hours and so on. */
const clusterTime = /^(\d+(:\d\d(:\d\d)?)?|\d+-\d+(:\d\d(:\d\d)?)?)$/;

export const clusterSection = section({
  partition: z.string().min(1).optional().describe("Partition of the cluster. Default: the cluster's own."),
  account: z.string().min(1).optional().describe("Account that the time is charged to."),
  time: z.union([z.int().min(1), z.string().regex(clusterTime).describe("minutes, hours:minutes:seconds or days-hours")]).optional().describe("Longest time of one run, in minutes, or as hours:minutes:seconds, or as days-hours. A run that is cut off goes on from its last checkpoint."),
  cores: z.int().min(1).max(4096).default(1).describe("Processor cores of each run."),
  gpus: z.union([z.int().min(0), z.string().regex(/^[\w-]+:\d+$/).describe("a number or kind:number")]).default(0).describe("GPUs of each run: a number, or kind:number such as a100:1."),
  memory: z.string().regex(/^\d+[KMGT]?$/).describe("a number with K, M, G or T").optional().describe("Memory of each run, such as 4G."),
  lines: z.array(z.string()).default([]).describe("Lines of your own at the head of each job: \"#SBATCH --constraint=avx512\", \"module load cuda\"."),
});
