import { expect, it } from "vitest";
import { parseProcesses } from "./node.js";
import { engineTrouble } from "./node-trouble.js";

const rest = "1 20 20 0 -1 4194560 1520 0 0 0 12 5 0 0 20 0 9 0 414243 11757 4000";

it("reads state and start of a process, whatever its name holds", () => {
  const listing = `etcd 57 20 (et) c d) T ${rest}\nsomething else\n`;
  expect(parseProcesses(listing)).toEqual([
    { pid: 20, state: "T", startTicks: 414243, contextSwitches: 57 },
  ]);
});

it("finds no process where none was listed", () => {
  expect(parseProcesses("")).toEqual([]);
});

it.each([
  [{ message: "connect ENOENT /var/run/docker.sock" }, /engine does not answer any more/],
  [{ statusCode: 404, message: "No such container: abc" }, /container is gone/],
  [{ statusCode: 409, message: "Container abc is not running" }, /container is gone/],
  [{ statusCode: 500, message: "no space left on device" }, /engine refused \(no space left/],
])("says of %j what happened", (facts, sentence) => {
  const error = Object.assign(new Error(facts.message), facts);
  expect(engineTrouble(error, "n1 could not be killed").message).toMatch(sentence);
});
