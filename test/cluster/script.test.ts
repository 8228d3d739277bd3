/** The script of an array of jobs. */
import { expect, it } from "vitest";
import { arrayScript } from "../../src/cluster/slurm/script.js";

const cluster = { partition: null, account: null, time: null, cores: 1, gpus: null, memory: null, lines: [] };
const options = { name: "two moons", cluster, tasks: 40, output: "/runs/a/jobs/out/%A_%a.out", command: ["/usr/bin/node", "/opt/descent/cli.js", "trial", "/runs/it's/jobs", "1"] };

it("asks for what the file says, and has the user's lines at its head", () => {
  const text = arrayScript({ ...options, cluster: { partition: "gpu", account: "lab", time: "1-00:00:00", cores: 4, gpus: "a100:1", memory: "8G", lines: ["module load cuda", "#SBATCH --constraint=avx512"] } });
  expect(text.split("\n")).toEqual([
    "#!/bin/bash",
    "#SBATCH --job-name=descent-two-moons", "#SBATCH --array=0-39", "#SBATCH --output=/runs/a/jobs/out/%A_%a.out", "#SBATCH --open-mode=append",
    "#SBATCH --partition=gpu", "#SBATCH --account=lab", "#SBATCH --time=1-00:00:00", "#SBATCH --ntasks=1", "#SBATCH --cpus-per-task=4", "#SBATCH --gpus=a100:1", "#SBATCH --mem=8G",
    "#SBATCH --signal=B:USR2@60", "#SBATCH --requeue", "#SBATCH --constraint=avx512", "",
    "module load cuda",
    "exec '/usr/bin/node' '/opt/descent/cli.js' 'trial' '/runs/it'\\''s/jobs' '1'", "",
  ]);
});

it("leaves to the cluster what the file does not say", () => {
  expect(arrayScript(options)).not.toMatch(/partition|account|time=|gpus|mem=|signal/);
});
