import { defineConfig } from "vitest/config";

/** Tests that drive the real workbench with a real browser: one at a time, on one server. */
export default defineConfig({
  test: {
    include: ["test/workbench/**/*.test.ts"],
    pool: "forks",
    // tests that compare runs to the bit train beside others
    env: { DESCENT_CORES: "all" },
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
    // a key or a click may fall into a moment in which the workbench rearranges itself
    retry: 1,
  },
});
