import { type AnomalyType, type CycleName, cycleNames, type DirectType } from "./result.js";

/** What transactions wrote to and read from. */
export type Holding = "lists" | "registers";

const ofLists: Readonly<Record<CycleName, string>> = {
  G0: "their appends went in between each other's, so that neither came first (dirty write)",
  G1c: "each read, or appended after, what the others had appended (circular information flow)",
  "G-single": "one saw something of another's doings and missed the rest of it (read skew)",
  "G-nonadjacent":
    "appends that have nothing to do with each other were seen in different orders (long fork)",
  "G2-item": "each read a list before another of them appended to it (write skew)",
};

const ofReads: Readonly<Record<DirectType, string>> = {
  "garbage-read": "something was read that nobody ever wrote",
  "duplicate-elements": "what was appended once stood in a list twice",
  "incompatible-order": "what was appended stood in one order here and in another there",
  G1a: "something was read of a transaction that never took effect (aborted read)",
  "dirty-update": "a transaction built on one that never took effect",
  G1b: "something was read that a transaction left only on its way (intermediate read)",
  internal: "a transaction did not see its own doings, or a list changed while it went on",
  "future-read": "a transaction read what it did only later",
  "lost-append": "what was appended is gone",
  "lost-update":
    "two transactions changed the same version of a key, neither seeing the other's change",
  "cyclic-versions": "what was read and written puts the versions of a key into no order",
  "cyclic-versions-process":
    "what one process read and wrote puts the versions of a key into no order",
  "cyclic-versions-realtime":
    "the times of reads and writes put the versions of a key into no order",
  "incompatible-versions": "one value came with two versions, or two values with one",
};

const ofRegisters: Readonly<Record<CycleName, string>> = {
  G0: "their writes went in between each other's, so that neither came first (dirty write)",
  G1c: "each read, or overwrote, what the others had written (circular information flow)",
  "G-single": ofLists["G-single"],
  "G-nonadjacent":
    "writes that have nothing to do with each other were seen in different orders (long fork)",
  "G2-item": "each read what another of them then overwrote (write skew)",
};

/** What a type of anomaly means, for people who do not know its name. */
export function meaningOf(type: AnomalyType, of: Holding = "lists"): string {
  const name = cycleNames.find((each) => type === each || type.startsWith(`${each}-`));
  if (name === undefined) return ofReads[type as DirectType];
  const meaning = (of === "lists" ? ofLists : ofRegisters)[name];
  if (type === name) return meaning;
  const order = type.endsWith("-process")
    ? "a process does one thing after the other"
    : "what had returned comes before what began later";
  return `${meaning}, given that ${order}`;
}
