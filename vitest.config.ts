import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/workbench/**", "test/integration/**", "test/desktop/**", "test/machine/**", "test/cluster/slurm/**"],
    pool: "forks",
    // tests that compare runs to the bit train beside others
    env: { DESCENT_CORES: "all" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // what is waited for comes when a machine has time for it
    expect: { poll: { timeout: 20_000 } },
  },
});
