import { expect, it } from "vitest";
import { addDisorder, parsePings } from "./firewall-disorder.js";

const from = ["10.0.0.2", "10.0.0.3"];
const duplicates = addDisorder({ from, share: 0.25, way: "duplicate", address: "10.0.0.1" });
const reorders = addDisorder({ from, share: 0.25, way: "reorder", address: "10.0.0.1" });

/** The rules of iptables in a script, in their order. */
function rulesOf(script: string): string[] {
  return script.split("\n").filter((line) => line.startsWith("-A "));
}

it("picks packets of each sender, where they arrive, and no copies or answers to pings", () => {
  for (const [script, target] of [
    [duplicates, "ORDEAL-DISORDER-TWICE"],
    [reorders, "ORDEAL-DISORDER-LATE"],
  ] as const) {
    const rules = rulesOf(script).filter((rule) => rule.startsWith("-A ORDEAL-DISORDER "));
    expect(rules.slice(1)).toEqual([
      "-A ORDEAL-DISORDER -i lo -j RETURN",
      "-A ORDEAL-DISORDER -p icmp -m icmp --icmp-type echo-reply -j RETURN",
      ...from.map(
        (source) =>
          `-A ORDEAL-DISORDER -s ${source} -m statistic --mode random --probability 0.25 -j ${target}`,
      ),
    ]);
    expect(rulesOf(script).at(-1)).toBe("-A PREROUTING -j ORDEAL-DISORDER");
  }
});

it("copies what is to come twice, and drops nothing of it", () => {
  const rules = rulesOf(duplicates).filter((rule) => rule.includes("-TWICE "));
  expect(rules).toEqual(["-A ORDEAL-DISORDER-TWICE -j TEE --gateway 10.0.0.1"]);
  expect(duplicates).not.toContain("tc qdisc add");
});

it("drops what is to come late after it made its copies, each for its lane", () => {
  const lane = rulesOf(reorders).filter((rule) => rule.startsWith("-A ORDEAL-DISORDER-LANE-2 "));
  const [goesBefore, waits] = [0xd15f0002, 0xd1500002];
  expect(lane.map((rule) => rule.replace("-A ORDEAL-DISORDER-LANE-2 ", ""))).toEqual([
    `-j MARK --set-mark ${goesBefore}`,
    "-j TEE --gateway 10.0.0.1",
    `-j MARK --set-mark ${waits}`,
    "-j TEE --gateway 10.0.0.1",
    "-j DROP",
  ]);
  for (const mark of [goesBefore, waits]) {
    expect(reorders).toContain(`--mark ${mark} -j CLASSIFY --set-class d150:2`);
  }
});

it("gives no lane more than it lets pass", () => {
  const rates = [...reorders.matchAll(/classid d150:(\d) htb rate (\d+)kbit .* overhead (\d+)/g)];
  const limits = [...reorders.matchAll(/--limit (\d+)\/second .* -j ORDEAL-DISORDER-LANE-(\d)/g)];
  expect(rates).toHaveLength(6);
  expect(limits.map(([, , lane]) => lane)).toEqual(rates.map(([, lane]) => lane));
  for (const [index, [, , kbit, overhead]] of rates.entries()) {
    const packetsPerSecond = (Number(kbit) * 1000) / 8 / Number(overhead);
    // Each takes another one ahead of it.
    expect(2 * Number(limits[index]?.[1])).toBeLessThanOrEqual(packetsPerSecond);
  }
});

it("flushes no chain but its own, and removes no queue but its own", () => {
  const flushed = [...reorders.matchAll(/-[FX] (\S+)/g)].map(([, chain]) => chain);
  expect(new Set(flushed)).toEqual(new Set(['"$chain"']));
  expect(reorders).toContain("s/^:\\(ORDEAL-DISORDER[A-Z0-9-]*\\) .*/\\1/p");
  expect(reorders).toMatch(/grep -q '\^qdisc htb d150: '; then tc qdisc del dev lo root/);
});

it("reads off the answers to pings which came twice and which were overtaken", () => {
  expect(parsePings("")).toEqual({ answered: 0, twice: 0, overtaken: 0 });
  expect(parsePings("1\n2\n4\n5\n")).toEqual({ answered: 4, twice: 0, overtaken: 0 });
  expect(parsePings("1\n1\n2\n3\n2\n2\n")).toEqual({ answered: 3, twice: 2, overtaken: 0 });
  expect(parsePings("1\n3\n5\n2\n4\n6\n")).toEqual({ answered: 6, twice: 0, overtaken: 2 });
});
