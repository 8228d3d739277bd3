import type { ClusterConfig } from "../../config/group.js";

export interface ScriptOptions {
  readonly name: string;
  readonly cluster: ClusterConfig;
  /** Number of tasks of the array. */
  readonly tasks: number;
  /** File for what a task prints; `%A` is the array's job, `%a` the task. */
  readonly output: string;
  /** The command of a task, a word each. */
  readonly command: readonly string[];
}

/** What tells a job that its time is nearly over. */
export const timeSignal = "SIGUSR2";
/** Seconds before the end of its time at which a job is told, so that it writes a checkpoint. */
const warning = 60;

/** The script of an array of jobs: what the file's `cluster` section asks for, the user's own lines, the command in place of the shell. */
export function arrayScript({ name, cluster, tasks, output, command }: ScriptOptions): string {
  const { partition, account, time, cores, gpus, memory, lines } = cluster;
  const directives = lines.filter((line) => line.startsWith("#SBATCH"));
  const others = lines.filter((line) => !line.startsWith("#SBATCH"));
  const asked: readonly (readonly [string, string | number | null])[] = [
    ["job-name", `descent-${name.replaceAll(/[^\w.-]+/g, "-")}`], ["array", `0-${tasks - 1}`], ["output", output], ["open-mode", "append"],
    ["partition", partition], ["account", account], ["time", time], ["ntasks", 1], ["cpus-per-task", cores], ["gpus", gpus], ["mem", memory],
    // the batch script itself is told, in time, and by another signal than a cancellation's
    ["signal", time === null ? null : `B:${timeSignal.slice(3)}@${warning}`],
  ];
  return [
    "#!/bin/bash",
    ...asked.flatMap(([key, value]) => (value === null ? [] : [`#SBATCH --${key}=${value}`])),
    "#SBATCH --requeue",
    ...directives,
    "",
    ...others,
    // signals reach the command itself
    `exec ${command.map(quoted).join(" ")}`,
    "",
  ].join("\n");
}

/** A word as bash reads it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
