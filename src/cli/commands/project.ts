import path from "node:path";
import { Option, type Command } from "commander";
import { z } from "zod";
import type { ProjectionMethod, Split } from "../../protocol/evaluation.js";
import { integerFrom } from "../input.js";
import { storageFolder } from "../locations.js";
import { printLine, printText, relative } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const resultSchema = z.object({ points: z.int(), output: z.string().nullable(), csv: z.string().optional() });

interface ProjectOptions {
  readonly method: ProjectionMethod;
  readonly of?: string;
  readonly split?: Split;
  readonly examples?: number;
  readonly seed: number;
  readonly threads?: number;
  readonly output?: string;
}

export function addProject(program: Command): void {
  program
    .command("project")
    .description("lay out in two dimensions what a layer of a run makes of its data, a training file's inputs, or the points of a file")
    .argument("<source>", "a run's folder, a training file, a .csv, .tsv or .npy file of numbers, or a TensorBoard projector folder")
    .addOption(new Option("--method <method>", "how").choices(["tsne", "umap", "pca"]).default("tsne"))
    .option("--of <layer>", "of a run: inputs, or a layer's name; default: the last hidden layer")
    .addOption(new Option("--split <split>", "which data of a run or training file; default: validation, else train").choices(["train", "validation", "test"]))
    .option("--examples <n>", "at most so many, evenly chosen; default: all", integerFrom(2))
    .option("--seed <n>", "of UMAP", integerFrom(0), 0)
    .option("--threads <n>", "threads; they change nothing of the layout", integerFrom(1))
    .option("-o, --output <file>", ".csv, .npy, or a folder for TensorBoard's projector; default: CSV on standard output")
    .action(project);
}

async function project(source: string, { method, of, split, examples, seed, threads, output }: ProjectOptions): Promise<void> {
  const result = await runToEnd(
    {
      job: "project", source: path.resolve(source), storage: storageFolder(), method, of: of ?? null, split: split ?? null, examples: examples ?? null, seed,
      threads: threads ?? null, output: output === undefined ? null : path.resolve(output), picture: false,
    },
    resultSchema,
  );
  if (result.csv !== undefined) printText(result.csv);
  else printLine(`${result.points} points in ${relative(result.output ?? "")}`);
}
