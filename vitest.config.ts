import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/workbench/**", "test/integration/**", "test/desktop/**", "test/machine/**", "test/cluster/slurm/**"],
    pool: "forks",
    testTimeout: 60_000,
  },
});
