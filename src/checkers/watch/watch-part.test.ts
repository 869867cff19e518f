import { expect, it } from "vitest";
import { canceled, created, notified } from "./watch-histories.fixture.js";
import { messagesByWatch } from "./watch-part.js";

it("gives each watch its own messages and those for all of its stream, in their order", () => {
  const messages = [
    created(1, 5),
    { ...created(2, 5), watchId: 2 },
    notified(3, 6),
    { ...canceled(4), watchId: 2 },
    notified(5, 7, 1),
    // A refused creation has no watch.
    { ...created(6, 5), canceled: true, watchId: -1 },
    { ...created(7, 5), watchId: 9 },
    notified(8, 8),
  ];
  const byWatch = messagesByWatch([1, 2, 3], messages);
  const places = [...byWatch].map(([id, own]) => [id, own.map(({ index }) => index)]);
  expect(places).toEqual([
    [1, [1, 3, 5, 8]],
    [2, [2, 3, 4, 8]],
    [3, [3, 8]],
  ]);
});
