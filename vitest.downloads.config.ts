import { defineConfig } from "vitest/config";

/** Tests that fetch what the product fetches, from where it does: large, and skipped where that cannot be reached. */
export default defineConfig({
  test: {
    include: ["test/downloads/**/*.test.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
