import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/workbench/**", "test/integration/**", "test/desktop/**", "test/machine/**", "test/cluster/slurm/**"],
    pool: "forks",
    // tests that compare runs to the bit train beside others
    env: { DESCENT_CORES: "all" },
    testTimeout: 60_000,
  },
});
