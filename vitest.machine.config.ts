import { defineConfig } from "vitest/config";

/** Tests of what depends on the machine: real downloads from where the product fetches, real adapters. Slow, and skipped, with the reason, where the machine lacks what they need. */
export default defineConfig({
  test: {
    include: ["test/machine/**/*.test.ts"],
    pool: "forks",
    // tests that compare runs to the bit train beside others
    env: { DESCENT_CORES: "all" },
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
