/** What a group's folder holds of its jobs: requests by array, and a journal of what was submitted. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { writeFileAtomic } from "../../runs/atomicFile.js";
import type { TrialRequest } from "../../trials/executor.js";

const requestSchema = z.object({
  id: z.string(), text: z.int(), overrides: z.record(z.string(), z.json()), seed: z.int().nullable(), runFolder: z.string(), partOf: z.string().nullable(), holdTest: z.boolean().optional(),
});

/** The requests of an array, in the order of its tasks; the training file's text stands there once. */
const arraySchema = z.object({
  texts: z.array(z.object({ file: z.string(), text: z.string() })),
  threads: z.int().nullable(),
  device: z.string().nullable(),
  requests: z.array(requestSchema),
});

const entrySchema = z.object({ array: z.int(), job: z.string(), ids: z.array(z.string()) });
/** A submission: the array's number within the folder, the job that Slurm made of it, and the runs by task. */
export type Submission = z.infer<typeof entrySchema>;

export interface ArrayJobs {
  readonly requests: readonly TrialRequest[];
  readonly threads: number | null;
  readonly device: string | null;
}

/** The folder `jobs` of a group. */
export class JobsFolder {
  constructor(readonly folder: string) {}

  /** Makes what is missing. Throws what the file system throws. */
  prepare(): void {
    fs.mkdirSync(path.join(this.folder, "out"), { recursive: true });
  }

  scriptOf(array: number): string {
    return `${this.base(array)}.sh`;
  }

  get output(): string {
    return path.join(this.folder, "out", "%A_%a.out");
  }

  /** The end of what a task printed; empty where there is nothing. */
  printed(job: string, index: number): string {
    try {
      return fs.readFileSync(path.join(this.folder, "out", `${job}_${index}.out`), "utf8").trim().slice(-500);
    } catch {
      return "";
    }
  }

  /** Whether a task has begun at all. */
  hasPrinted(job: string, index: number): boolean {
    return fs.existsSync(path.join(this.folder, "out", `${job}_${index}.out`));
  }

  /** Numbers a new array and stores its requests and its script. */
  writeArray({ requests, threads, device }: ArrayJobs, script: (array: number) => string): number {
    const array = 1 + Math.max(0, ...fs.readdirSync(this.folder).map((name) => Number(/^array-(\d+)\.json$/.exec(name)?.[1] ?? 0)));
    const texts: { file: string; text: string }[] = [];
    const stored = requests.map(({ id, source, seed, runFolder, partOf, holdTest }) => {
      let text = texts.findIndex((known) => known.text === source.text && known.file === source.file);
      if (text < 0) text = texts.push({ file: source.file, text: source.text }) - 1;
      return { id, text, overrides: source.overrides, seed, runFolder, partOf, holdTest };
    });
    writeFileAtomic(`${this.base(array)}.json`, JSON.stringify({ texts, threads, device, requests: stored }));
    writeFileAtomic(this.scriptOf(array), script(array));
    return array;
  }

  /** The requests of an array. Throws `jobs-unreadable`. */
  readArray(array: number): ArrayJobs {
    const file = `${this.base(array)}.json`;
    try {
      const { texts, requests, threads, device } = arraySchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
      return { threads, device, requests: requests.map(({ text, overrides, ...request }) => Object.assign(request, { source: { file: texts[text].file, text: texts[text].text, overrides } })) };
    } catch (thrown) {
      throw new DescentError("jobs-unreadable", `${file}, which says what a job is to do, cannot be read: ${(thrown as Error).message}`, { file }, { cause: thrown });
    }
  }

  /** Notes a submission, on the disk itself: a controller that is opened again finds its jobs by it. */
  note(submission: Submission): void {
    const descriptor = fs.openSync(this.journal, "a");
    try {
      fs.writeSync(descriptor, JSON.stringify(submission) + "\n");
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** What was submitted so far, oldest first; a line that a crash tore is passed over. */
  submissions(): Submission[] {
    let text: string;
    try {
      text = fs.readFileSync(this.journal, "utf8");
    } catch {
      return [];
    }
    return text.split("\n").flatMap((line) => {
      try {
        return [entrySchema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
  }

  /** Where a task says that its run cannot be begun. */
  refusalFile(id: string): string {
    return path.join(this.folder, `${id}.refused.json`);
  }

  /** Marks that the controller knows of a run's cancellation: asked for again, it is submitted again. */
  closedFile(id: string): string {
    return path.join(this.folder, `${id}.cancelled`);
  }

  private get journal(): string {
    return path.join(this.folder, "journal.jsonl");
  }

  private base(array: number): string {
    return path.join(this.folder, `array-${String(array).padStart(4, "0")}`);
  }
}
