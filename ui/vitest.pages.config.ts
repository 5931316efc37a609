import { defineConfig } from "vitest/config";

/** Pages in a real browser: over the made-up engine, or over the address in DOCKET_UI_URL. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
