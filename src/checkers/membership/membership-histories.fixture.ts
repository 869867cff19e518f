import type { OperatedMember } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import { fail, info, ok } from "../../testing/histories.js";
import { learnerAddress } from "./learner-address.js";
import type { MembershipInput, MembershipOutput } from "./membership-operation.js";

/*
 * Operations around the members of a cluster of n1, n2 and n3, drawn by hand. Learner 7 has the id
 * "107", and addresses by turn: 0 as it was added.
 */

type Asked = Operation<MembershipInput, MembershipOutput>;

export function learner(number: number, turn = 0): OperatedMember {
  const peerUrls = [learnerAddress(number, turn)];
  return { id: `10${number}`, name: "", isLearner: true, peerUrls };
}

const nodes = ["n1", "n2", "n3"].map((name) => ({
  ...{ id: name, name, isLearner: false },
  peerUrls: [`http://${name}:2380`],
}));

function addition(number: number): MembershipInput {
  return { f: "add", learner: number, address: learnerAddress(number, 0) };
}

export function add(process: number, span: string, member = learner(7)): Asked {
  const number = Number(member.id.slice(2));
  return ok(process, span, addition(number), { type: "added", member });
}

export function lostAdd(process: number, span: string): Asked {
  return info(process, span, addition(7));
}

export function failedAdd(process: number, span: string): Asked {
  return fail(process, span, addition(7));
}

function change(turn: number): MembershipInput {
  return { f: "update", learner: 7, id: "107", address: learnerAddress(7, turn) };
}

export function update(process: number, span: string, turn: number): Asked {
  return ok(process, span, change(turn), { type: "done" });
}

export function lostUpdate(process: number, span: string, turn: number): Asked {
  return info(process, span, change(turn));
}

export function remove(process: number, span: string): Asked {
  return ok(process, span, { f: "remove", learner: 7, id: "107" }, { type: "done" });
}

export function list(process: number, span: string, ...others: OperatedMember[]): Asked {
  return listAs({ linearizable: true }, process, span, ...others);
}

export function ownList(process: number, span: string, ...others: OperatedMember[]): Asked {
  return listAs({ linearizable: false }, process, span, ...others);
}

function listAs(
  how: { readonly linearizable: boolean },
  process: number,
  span: string,
  ...others: OperatedMember[]
): Asked {
  const members = [...nodes, ...others];
  return ok(process, span, { f: "list", ...how }, { type: "listed", members });
}
