import { defineConfig } from "vitest/config";

/** Tests on a real scheduler, started by the tests: minutes of many processes. Skipped where it is not installed. */
export default defineConfig({
  test: {
    include: ["test/cluster/slurm/*.test.ts"],
    pool: "forks",
    fileParallelism: false,
  },
});
