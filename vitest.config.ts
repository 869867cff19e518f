import { defineConfig } from "vitest/config";

const folders = "{src,workloads,nemeses,scenarios}";
const realClusters = {
  // One at a time, or two cores measure each other.
  fileParallelism: false,
  testTimeout: 180_000,
  hookTimeout: 180_000,
};
/** They look for what dead runs left behind, and remove it. */
const commands = ["src/commands/*.docker.test.ts", "src/cluster/docker/clean.docker.test.ts"];
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
          exclude: commands,
          ...realClusters,
        },
      },
      {
        // Beside the others, since runs wait most of the time.
        test: { name: "commands", include: commands, ...realClusters },
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
