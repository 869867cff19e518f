import type { HoldLinksSpec } from "../nemeses/hold-links.js";
import type { PauseSpec } from "../nemeses/pause.js";
import { compareVersions, type Scenario } from "../src/core/scenario.js";
import type { RegisterInput, RegisterOutput } from "../src/models/register.js";

/**
 * Long enough that a follower waits for its leader while that is kept from it, however slow the engine
 * is; and short enough that another leads before the old one gives up the connections on which
 * messages are held (rafthttp does so after 5 s without a byte).
 */
const electionTimeoutMs = 1_200;
/** Without a vote before the vote, two that stand for election may both have to begin anew. */
const shortElectionTimeoutMs = 1_000;
/** A follower asks the leader again after so long without an answer, and again. */
const askAgainMs = 500;
/** What was sent is there by then, and done with. */
const arrivalMs = 100;
/** A reply that was sent before an answer came is on its way by then. */
const writtenMs = 50;
const electionLimitMs = 15_000;
/** What is held longer may come on a connection that nobody reads any more. */
const heldLimitMs = 4_900;
/** The leader's member id where a member knows of none. */
const nobody = "0";
/** Reads that wait at the old leader at once. */
const readers = 2;

export const staleReadAfterPause: Scenario<RegisterInput, RegisterOutput> = {
  name: "stale-read-after-pause",
  bug: {
    issues: [20418],
    title:
      "a leader that was paused answers linearizable reads with what was overwritten meanwhile",
    guarantee:
      "Reads are linearizable: once a write was acknowledged, every read that begins later sees it or a newer one.",
    mechanism: [
      "For a linearizable read a member asks the leader for its commit index; the leader queues the request under its id, sends heartbeats that carry the id, and answers as soon as a majority sent it back.",
      "Since 3.4.20 and 3.5.0 a follower that hears nothing asks again after half a second, under the same id.",
      "If the first request was answered and only the answer is late, the second is queued as if it were new, and a heartbeat's reply that was still on its way from the first time counts for it.",
      "Such a reply confirms that its sender followed this leader when the first request was made, not that it does now.",
      "A confirmed request confirms all that were queued before it, and so reads that came to the leader only after others had elected another and written there.",
      "The old leader must not have noticed that: it was paused, and gets those two messages before any of a newer term.",
    ],
    consequence:
      "A client that asks the old leader acts on what is no longer so: a lock that somebody else holds by now, a pod that was bound to another node.",
    affected: [
      { from: "3.4.20", before: "3.4.42" },
      { from: "3.5.0", before: "3.5.28" },
      { from: "3.6.0", before: "3.6.9" },
    ],
    fixedIn: "3.4.42, 3.5.28 and 3.6.9",
  },
  workload: "register",
  nodes: 3,
  nemeses: ["hold-links", "pause"],
  config: (version) =>
    compareVersions(version, "3.4.0") >= 0
      ? { "election-timeout": electionTimeoutMs, "pre-vote": true }
      : { "election-timeout": shortElectionTimeoutMs },
  rounds: 4,
  caughtBy: ["linearizable", "monotonic-revision"],
  leastCaught: 0.8,
  requestTimeoutMs: 4_000,

  async play(stage) {
    const { client, inflict, leader, need, note, nowMs, sleep, status, until } = stage;
    const key = `paused/${stage.round}`;
    const [old, fresh] = [2 * stage.round, 2 * stage.round + 1];
    const first = await leader();
    const [asking = "", other = ""] = stage.random.shuffle(stage.nodes.filter((n) => n !== first));
    const waiting = stage.clients(first, readers);
    await client(first).must({ f: "write", key, value: old });
    const asker = client(asking);
    for (const one of [...waiting, asker]) await one.must({ f: "read", key });
    const { memberId, raftTerm } = await status(first);

    const answers = await inflict(hold([first], asking));
    note(`a read on ${asking}: ${first} confirms it with ${other}, but its answer does not arrive`);
    const askedAtMs = nowMs();
    const asked = { isAnswered: false };
    const reading = asker.ask({ f: "read", key }).finally(() => (asked.isAnswered = true));
    await sleep(arrivalMs);
    const [requests, pause] = await Promise.all([
      inflict(hold([asking, other], first)),
      inflict(pauseOf(first)),
    ]);
    const heldAtMs = nowMs() - askedAtMs;
    const askedAgainAtMs = Math.ceil(heldAtMs / askAgainMs) * askAgainMs + arrivalMs;
    await sleep(askedAgainAtMs - heldAtMs);
    need(`the read on ${asking} was answered although no answer could arrive`, !asked.isAnswered);
    note(`${asking} asked again, which is held; now it hears ${first}, and its replies are held`);
    const heard = answers.heal();
    need(`the late answer was of no use to ${asking}`, (await reading).type === "ok");
    const letGoFirstMs = Math.round(nowMs() - askedAtMs - arrivalMs) + writtenMs;

    const newLeader = async () => {
      const { leaderId } = await status(other);
      return leaderId !== memberId && leaderId !== nobody;
    };
    await until("the others elect a leader", newLeader, electionLimitMs);
    note(`another leads; a write on ${other}, then reads on ${first}, which goes on only now`);
    await client(other).must({ f: "write", key, value: fresh });
    const reads = waiting.map((one) => one.ask({ f: "read", key }));
    const goingOn = pause.heal();
    const stillLeads = async () => {
      const { leaderId, raftTerm: term } = await status(first);
      return leaderId === memberId && term === raftTerm;
    };
    need(`${first} knew that it leads no more when it went on`, await stillLeads());
    await sleep(arrivalMs);
    note(`${first} gets what ${asking} had sent before the pause: its request, and its replies`);
    const part = await inflict(letGo(asking, first, letGoFirstMs));
    need("messages were held for too long", nowMs() - askedAtMs < heldLimitMs);
    await sleep(arrivalMs);
    need(`${first} knew that it leads no more before it got that`, await stillLeads());
    await Promise.all([heard, goingOn, part.seen(), requests.seen()]);
    await requests.heal();
    await Promise.all(reads);
  },
};

/** What these others send to the node is held until that is healed. */
function hold(senders: readonly string[], to: string): HoldLinksSpec {
  const send = senders.length > 1 ? "send" : "sends";
  return {
    ...({ nemesis: "hold-links", kind: "to-one", holdMs: 0 } as const),
    nodes: [to],
    description: `${senders.join(" and ")} ${send} to ${to}, and all of it is held back`,
    links: senders.map((from) => ({ from, to })),
  };
}

function letGo(from: string, to: string, letGoFirstMs: number): HoldLinksSpec {
  return {
    ...hold([from], to),
    description: `${to} gets what ${from} sent to it in the first ${letGoFirstMs} ms that were held back`,
    letGoFirstMs,
  };
}

function pauseOf(node: string): PauseSpec {
  return {
    ...({ nemesis: "pause", target: "leader", method: "sigstop" } as const),
    nodes: [node],
    description: `${node} (the leader) is paused with SIGSTOP`,
  };
}
