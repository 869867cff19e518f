import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOf } from "./edn.js";
import type { ForeignEvent } from "./foreign-event.js";
import type { ForeignReader, TakeEvent } from "./foreign-reader.js";
import { readJepsenEdn } from "./jepsen-edn.js";
import { readJepsenLog } from "./jepsen-log.js";
import { readPorcupineKv } from "./porcupine-kv.js";

/** What a reader makes of a text that comes in these pieces. */
function eventsIn(
  read: (takeEvent: TakeEvent) => ForeignReader,
  pieces: readonly string[],
): ForeignEvent[] {
  const events: ForeignEvent[] = [];
  const reader = read((event) => events.push(event));
  for (const piece of pieces) reader.take(piece);
  reader.end();
  return events;
}

function told({ line, process, type, f, key, value }: ForeignEvent): string {
  const texts = [key, value].flatMap((form) => (form ? [textOf(form)] : []));
  return [`${line}:`, process, type, f, ...texts].join(" ");
}

const formats: readonly (readonly [
  name: string,
  read: (takeEvent: TakeEvent) => ForeignReader,
  text: string,
  expected: readonly string[],
])[] = [
  [
    "Jepsen's log",
    readJepsenLog,
    "INFO  jepsen.util - 0\t:invoke\t:write\t14\r\nWARN  what\n\nINFO  jepsen.util - 0\t:ok\t:write\t14\r\nINFO  jepsen.util - 1\t:info\t:read\t:timed-out",
    ["1: 0 invoke write 14", "4: 0 ok write 14", "5: 1 info read"],
  ],
  [
    "Jepsen's EDN",
    readJepsenEdn,
    `; "theirs [
    ^{:by "x"} [ #_ {:not "this"} {:process 10, :type :invoke, :f :write, :value "a }\n;b"} ; and } so on
    #jepsen.history.Op{:index 1 :process 10 :type :ok :f :write :value "a }\n;b", :error [\\} "]"]}
    #_ #_ 12 34 {:process 11 :type :invoke :f :read :value nil}] ;`,
    ['2: 10 invoke write "a }\\n;b"', '4: 10 ok write "a }\\n;b"', "6: 11 invoke read nil"],
  ],
  [
    "a sequence in EDN",
    readJepsenEdn,
    "{:process 1 :type :invoke :f :read}\n\n{:process 1 :type :ok :f :read :value #{1 [2 \\a]}}\n; end",
    ["1: 1 invoke read", "3: 1 ok read #{1 [2 \\a]}"],
  ],
  [
    "Porcupine's key-value text",
    readPorcupineKv,
    '{:process 0, :type :invoke, :f :append, :key "a", :value "x\\"}"}\nno map\n{:process 0, :type :ok, :f :append, :key "a", :value "x\\"}"}\n',
    ['1: 0 invoke append "a" "x\\"}"', '3: 0 ok append "a" "x\\"}"'],
  ],
];

describe.each(formats)("%s", (_, read, text, expected) => {
  const whole = eventsIn(read, [text]);

  it("is read as events with their lines", () => {
    expect(whole.map(told)).toEqual(expected);
  });

  it("says the same wherever it is cut into two", () => {
    for (let at = 0; at <= text.length; at++) {
      expect(eventsIn(read, [text.slice(0, at), text.slice(at)])).toEqual(whole);
    }
  });

  it("says the same letter by letter, and in any pieces", () => {
    expect(eventsIn(read, Array.from(text))).toEqual(whole);
    const cuts = fc.array(fc.nat(text.length), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, (places) => {
        const ends = [0, ...places.toSorted((a, b) => a - b), text.length];
        const pieces = ends.slice(1).map((end, i) => text.slice(ends[i], end));
        expect(eventsIn(read, pieces)).toEqual(whole);
      }),
    );
  });
});

it("tells the line of a vector that is cut, in whatever pieces", () => {
  for (const pieces of [["\n[{:process 1}"], ["\n", "[{:proc", "ess 1}"]]) {
    expect(() => eventsIn(readJepsenEdn, pieces)).toThrow(
      expect.objectContaining({ line: 2 }) as Error,
    );
  }
});

it("keeps to itself what is told of the nemesis", () => {
  const text =
    '{:process :nemesis :type :info :f :start} {:process "nemesis" :type :info :f :stop}';
  expect(eventsIn(readJepsenEdn, [text])).toEqual([]);
});
