import { describe, expect, it } from "vitest";
import type { BugName } from "../bugs.js";
import type { Command } from "../store/command.js";
import { Lessor } from "./lessor.js";
import { Timers } from "./member-parts.fixture.js";

function rig({ bug, isDeaf = false }: { bug?: BugName; isDeaf?: boolean } = {}) {
  const leases = new Map<string, { readonly ttl: number }>();
  const timers = new Timers();
  const revoked: string[] = [];
  const lessor: Lessor = new Lessor({
    store: () => ({ leases }),
    nowMs: () => timers.nowMs,
    after: timers.after,
    bugs: new Set(bug === undefined ? [] : [bug]),
    propose(command: Command) {
      if (command.type !== "lease-revoke") throw new Error(`proposed ${command.type}`);
      revoked.push(`${command.id} at ${timers.nowMs}`);
      if (isDeaf) return;
      leases.delete(command.id);
      lessor.storeChanged();
    },
  });
  const grant = (id: string, ttl: number) => {
    leases.set(id, { ttl });
    lessor.storeChanged();
  };
  return { leases, timers, revoked, lessor, grant };
}

describe("a lease", () => {
  it("is revoked by the leader at the first look after its time is over", () => {
    const { lessor, grant, timers, revoked } = rig();
    lessor.lead();
    timers.pass(200);
    grant("7", 5);
    timers.pass(60_000);
    expect(revoked).toEqual(["7 at 5500"]);
    expect(lessor.renew("7")).toBeUndefined();
    expect(lessor.remaining("7")).toBeUndefined();
  });

  it("lives as long as it is renewed", () => {
    const { lessor, grant, timers, revoked } = rig();
    lessor.lead();
    grant("7", 5);
    for (let count = 0; count < 10; count++) {
      timers.pass(4_000);
      expect(lessor.remaining("7")).toBe(1);
      expect(lessor.renew("7")).toBe(5);
    }
    expect(revoked).toEqual([]);
    timers.pass(5_000);
    expect(revoked).toEqual(["7 at 45000"]);
  });

  it("cannot be renewed any more when its time is over, though it is still there", () => {
    const { lessor, grant, timers, leases } = rig({ isDeaf: true });
    lessor.lead();
    grant("7", 5);
    timers.pass(5_000);
    expect(leases.has("7")).toBe(true);
    expect(lessor.renew("7")).toBeUndefined();
    expect(lessor.remaining("7")).toBe(0);
  });

  it("is revoked again where that did not come through", () => {
    const { lessor, grant, timers, revoked } = rig({ isDeaf: true });
    lessor.lead();
    grant("7", 5);
    timers.pass(12_000);
    expect(revoked).toEqual(["7 at 5000", "7 at 8000", "7 at 11000"]);
  });

  it("is nothing that a follower counts, renews or ends", () => {
    const { lessor, grant, timers, revoked } = rig();
    grant("7", 5);
    timers.pass(60_000);
    expect(lessor.renew("7")).toBeUndefined();
    expect(lessor.remaining("7")).toBeUndefined();
    lessor.lead();
    lessor.follow();
    timers.pass(60_000);
    expect(revoked).toEqual([]);
  });

  it("is another one where its id was revoked and granted again in one go", () => {
    const { lessor, grant, timers, revoked } = rig();
    lessor.lead();
    grant("7", 5);
    timers.pass(4_000);
    grant("7", 5);
    timers.pass(60_000);
    expect(revoked).toEqual(["7 at 9000"]);
  });

  it("gets its whole time anew, and an election's, from a new leader", () => {
    const { lessor, grant, timers, revoked } = rig();
    lessor.lead();
    grant("7", 5);
    timers.pass(4_000);
    lessor.lead();
    expect(lessor.remaining("7")).toBe(6);
    timers.pass(60_000);
    expect(revoked).toEqual(["7 at 10000"]);
  });

  it("ends with nothing once the process is dead", () => {
    const { lessor, grant, timers, revoked } = rig();
    lessor.lead();
    grant("7", 5);
    lessor.close();
    timers.pass(60_000);
    expect(revoked).toEqual([]);
  });

  it("ends at half of its time with lease-expires-early", () => {
    const { lessor, grant, timers, revoked } = rig({ bug: "lease-expires-early" });
    lessor.lead();
    grant("7", 10);
    timers.pass(60_000);
    expect(revoked).toEqual(["7 at 5000"]);
  });

  it("is renewed though it has ended or was revoked with dead-lease-renewed", () => {
    const { leases, lessor, grant, timers, revoked } = rig({ bug: "dead-lease-renewed" });
    lessor.lead();
    grant("7", 5);
    grant("8", 9);
    leases.delete("8");
    lessor.storeChanged();
    timers.pass(60_000);
    expect(lessor.renew("7")).toBe(5);
    expect(lessor.renew("8")).toBe(9);
    expect(lessor.renew("9")).toBeUndefined();
    expect(revoked).toEqual(["7 at 5000"]);
  });

  it("is counted anew with dead-lease-renewed where its id is granted again", () => {
    const { lessor, grant, timers, revoked } = rig({ bug: "dead-lease-renewed" });
    lessor.lead();
    grant("7", 5);
    timers.pass(10_000);
    grant("7", 3);
    expect(lessor.remaining("7")).toBe(3);
    timers.pass(60_000);
    expect(revoked).toEqual(["7 at 5000", "7 at 13000"]);
  });
});
