import { expect, it } from "vitest";
import { publishingOf } from "./network.js";

it.each([
  ["unix:///var/run/docker.sock", {}, "127.0.0.1", "127.0.0.1"],
  ["npipe:////./pipe/docker_engine", {}, "127.0.0.1", "127.0.0.1"],
  ["tcp://localhost:2375", {}, "127.0.0.1", "127.0.0.1"],
  ["tcp://build-3.example:2376", {}, "0.0.0.0", "build-3.example"],
  [
    "unix:///var/run/docker.sock",
    { TESTCONTAINERS_HOST_OVERRIDE: "10.1.2.3" },
    "0.0.0.0",
    "10.1.2.3",
  ],
])("publishes nodes of the engine at %s %j on %s, found at %s", (engine, settings, bind, host) => {
  expect(publishingOf(engine, settings)).toEqual({ bindAddress: bind, host });
});
