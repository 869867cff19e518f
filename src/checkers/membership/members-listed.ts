import type { Checker, Finding } from "../../core/checker.js";
import type { OperatedMember } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import { plural } from "../../core/plural.js";
import { capital, momentOf, who } from "../words.js";
import { learnerAt } from "./learner-address.js";
import type { MembershipInput, MembershipOutput } from "./membership-operation.js";

const mostShown = 5;

type Asked = Operation<MembershipInput, MembershipOutput>;

/**
 * Whoever is told of a member, by a list or by the answer to its addition, is told what was asked for:
 * one that was added as a learner has no vote, since nobody ever promotes it; its address is one that
 * it was given; it has one id; and nobody is a member whom nobody added. Old answers of a member that
 * lags behind contradict none of this.
 *
 * Source: https://etcd.io/docs/v3.5/learning/design-learner/ (a learner has no vote until it is
 * promoted, which must be asked for) and the descriptions of MemberAdd and MemberUpdate in etcd's
 * api/etcdserverpb/rpc.proto.
 */
export const membersListed: Checker<MembershipInput, MembershipOutput> = {
  check({ header, operations }) {
    const book = new Book(new Set(header.cluster.nodes));
    // In the order of their answers, so that what was asked for before is known.
    for (const { operation, isEnd } of inOrder(operations)) {
      if (!isEnd) book.asked(operation);
      else if (operation.outcome.type === "fail") book.refused(operation);
      else book.answered(operation);
    }
    const { findings, kinds, told } = book;
    const bad = [...kinds].map(([kind, count]) => `${kind}: ${count}`);
    return {
      validity: findings.length > 0 ? "invalid" : "valid",
      summary:
        findings.length > 0
          ? `Of ${plural(told, "answer")} about members some are wrong (${bad.join(", ")}).`
          : `${plural(told, "answer")} about members told what had been asked for.`,
      findings: findings.slice(0, mostShown),
      details: { answers: told, ...Object.fromEntries(kinds) },
    };
  },
};

interface Moment {
  readonly at: number;
  readonly operation: Asked;
  readonly isEnd: boolean;
}

function inOrder(operations: readonly Asked[]): Moment[] {
  return operations
    .flatMap((operation): Moment[] => {
      const { index, completedIndex, outcome } = operation;
      const asked = { at: index, operation, isEnd: false };
      if (outcome.type === "info" || completedIndex === undefined) return [asked];
      return [asked, { at: completedIndex, operation, isEnd: true }];
    })
    .sort((a, b) => a.at - b.at);
}

interface Learner {
  readonly added: Asked;
  /** What else was asked for, in that order. */
  readonly updates: Asked[];
  readonly addresses: Set<string>;
  /** etcd said that it does not take it. */
  isRefused: boolean;
  /** Who was told it first, and what. */
  id?: { readonly told: Asked; readonly id: string };
}

/** What was asked for until now, and what is wrong with what was told. */
class Book {
  readonly findings: Finding[] = [];
  /** How many of each kind there are, which is named in the plural. */
  readonly kinds = new Map<string, number>();
  /** Answers that were looked at. */
  told = 0;
  private readonly learners = new Map<number, Learner>();
  /** Nobody needs to read of the same thing of one learner twice. */
  private readonly seen = new Set<string>();

  private readonly nodes: ReadonlySet<string>;

  constructor(nodes: ReadonlySet<string>) {
    this.nodes = nodes;
  }

  asked(operation: Asked): void {
    const { input } = operation;
    if (input.f === "add") {
      const addresses = new Set([input.address]);
      this.learners.set(input.learner, {
        added: operation,
        updates: [],
        addresses,
        isRefused: false,
      });
    }
    if (input.f === "update") {
      const learner = this.learners.get(input.learner);
      learner?.addresses.add(input.address);
      learner?.updates.push(operation);
    }
  }

  refused({ input }: Asked): void {
    const learner = input.f === "add" && this.learners.get(input.learner);
    if (learner) learner.isRefused = true;
  }

  answered(operation: Asked): void {
    const { outcome } = operation;
    if (outcome.type !== "ok" || outcome.output.type === "done") return;
    this.told++;
    const { output } = outcome;
    const members = output.type === "added" ? [output.member] : output.members;
    for (const member of members) this.look(operation, member);
  }

  private look(told: Asked, member: OperatedMember): void {
    if (this.nodes.has(member.name)) return;
    const [address = "no address"] = member.peerUrls;
    const number = learnerAt(address);
    const learner = number === undefined ? undefined : this.learners.get(number);
    const name = number === undefined ? `the member ${member.id}` : `learner ${number}`;
    if (!learner) {
      this.object("members that nobody added", `${name} ${address}`, {
        message: `${who(told)} listed ${name} at ${address}, and nobody had asked to add such a member`,
        operations: [told.index],
      });
      return;
    }
    if (learner.isRefused) {
      this.object("members that were refused", name, {
        message: `${who(told)} was told that ${name} is a member, and its addition had been refused`,
        operations: [learner.added.index, told.index],
      });
    }
    this.lookAtId(told, member, { name, learner });
    if (!member.isLearner) this.object("learners with a vote", name, voteOf(told, name, learner));
    for (const url of member.peerUrls) {
      if (learner.addresses.has(url)) continue;
      this.object("addresses that nobody gave", name, {
        message: `${who(told)} listed ${name} at ${url}, an address that it had not been given`,
        operations: [learner.added.index, told.index],
      });
    }
  }

  private lookAtId(
    told: Asked,
    { id }: OperatedMember,
    { name, learner }: { readonly name: string; readonly learner: Learner },
  ): void {
    learner.id ??= { told, id };
    if (learner.id.id === id) return;
    this.object("members with two ids", name, {
      message: `${who(told)} was told that the id of ${name} is ${id}, and ${who(learner.id.told)} that it is ${learner.id.id}`,
      operations: [learner.added.index, learner.id.told.index, told.index],
    });
  }

  private object(kind: string, subject: string, finding: Finding): void {
    const about = `${kind}: ${subject}`;
    if (this.seen.has(about)) return;
    this.seen.add(about);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    this.findings.push(finding);
  }
}

function voteOf(told: Asked, name: string, { added, updates }: Learner): Finding {
  return {
    message: `${who(told)} was told that ${name} has a vote, although it was added as a learner and nobody ever asked to promote it`,
    operations: [added.index, ...updates.map(({ index }) => index), told.index],
    explanation: [
      `${capital(who(added))} asked at ${momentOf(added.invokedAtNs)} to add ${name} as a learner.`,
      ...updates.map(
        (update) =>
          `${capital(who(update))} asked at ${momentOf(update.invokedAtNs)} to change its address, and nothing else.`,
      ),
      `At ${momentOf(told.completedAtNs ?? told.invokedAtNs)} ${who(told)} was told who the members are, and ${name} is one with a vote.`,
    ],
  };
}
