import { defineConfig } from "vitest/config";

const folders = "{src,workloads,nemeses}";
/** Whole runs in virtual time, hundreds of them: each checker is seen to find what it is for. */
const proofs = "src/testing/simulate/**/*.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [`${folders}/**/*.test.ts`],
          exclude: ["**/*.docker.test.ts", "**/*.browser.test.ts", proofs],
          // They wait for nothing but the processor, and every core may have one.
          maxWorkers: "100%",
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "proofs",
          include: [proofs],
          maxWorkers: "100%",
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "docker",
          include: [`${folders}/**/*.docker.test.ts`],
          // Real clusters: one at a time, or two cores measure each other.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "browser",
          include: [`${folders}/**/*.browser.test.ts`],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
