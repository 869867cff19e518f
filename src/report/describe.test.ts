import { expect, it } from "vitest";
import { describeInput, describeOutcome } from "./describe.js";

it("puts the kind first, then the key, then a lone value without its name", () => {
  expect(describeInput({ f: "read", ...{ key: "register/3" } })).toBe("read register/3");
  expect(describeInput({ f: "write", ...{ key: "k", value: 5 } })).toBe("write k 5");
});

it("names the values where there are several", () => {
  const cas = { f: "cas", ...{ key: "k", expected: null, value: 6 } };
  expect(describeInput(cas)).toBe("cas k expected=null value=6");
});

it("keeps a key that is no text among the values", () => {
  expect(describeInput({ f: "add", ...{ key: 7 } })).toBe("add key=7");
});

it("quotes text that could be mistaken for more than one word", () => {
  expect(describeInput({ f: "write", ...{ key: "k", value: "a b" } })).toBe('write k "a b"');
});

it("tells an answer, an error and the lack of either apart", () => {
  const error = { code: 4, details: "Deadline exceeded", peer: "", sent: true };
  expect(describeOutcome({ type: "ok", output: { value: null, modRevision: 0 } })).toBe(
    "value=null modRevision=0",
  );
  expect(describeOutcome({ type: "ok", output: {} })).toBe("done");
  expect(describeOutcome({ type: "fail", error })).toBe("DEADLINE_EXCEEDED: Deadline exceeded");
  expect(describeOutcome({ type: "info" })).toBe("no answer before the run ended");
});

it("tells a long list by its beginning", () => {
  const watches = Array.from({ length: 300 }, (_, place) => ({ id: place, key: "a" }));
  expect(describeInput({ f: "watch", ...{ watches } })).toBe(
    'watch watches=[{"id":0,"key":"a"},{"id":1,"key":"a"},{"id":2,"key":"a"},… 297 more]',
  );
  expect(describeInput({ f: "watch", ...{ watches: watches.slice(0, 4) } })).toContain('{"id":3');
});
