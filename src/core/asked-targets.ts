/** Which nodes a fault hits, by the part that they have in the cluster. */
export const targetKinds = ["one", "leader", "minority", "majority", "followers", "all"] as const;

export type TargetKind = (typeof targetKinds)[number];

/** What `--target` asked for; faults that hit anything else are not done. */
export interface AskedTargets {
  /** One of these at a time. Undefined for what a nemesis does anyway. */
  readonly kinds?: readonly TargetKind[];
  /** Nobody but these is hit. Undefined for any node. */
  readonly nodes?: readonly string[];
}

interface Aim {
  readonly nodes: readonly string[];
  readonly leader: string | undefined;
  readonly target?: AskedTargets;
}

/** Whether a fault may hit this node, so far as names were asked for. */
export function isNamed({ target }: Pick<Aim, "target">, node: string): boolean {
  return target?.nodes?.includes(node) ?? true;
}

/** Whether a fault that hits these nodes is one that was asked for. */
export function isAskedFor(aim: Aim, hit: readonly string[]): boolean {
  const { kinds } = aim.target ?? {};
  const isOfKind = kinds?.some((kind) => isOf(kind, aim, hit)) ?? true;
  return isOfKind && hit.every((node) => isNamed(aim, node));
}

function isOf(kind: TargetKind, { nodes, leader }: Aim, hit: readonly string[]): boolean {
  const isExactly = (expected: readonly string[]) =>
    hit.length === expected.length && expected.every((node) => hit.includes(node));
  switch (kind) {
    case "one":
      return hit.length === 1;
    case "leader":
      return leader !== undefined && isExactly([leader]);
    case "minority":
      return hit.length >= smallestMinority(nodes) && hit.length <= largestMinority(nodes);
    case "majority":
      return hit.length > nodes.length / 2 && hit.length < nodes.length;
    case "followers":
      return leader !== undefined && isExactly(nodes.filter((node) => node !== leader));
    case "all":
      return isExactly(nodes);
  }
}

/** Two are one more than "one", where the cluster has so many to spare. */
export function smallestMinority(nodes: readonly string[]): number {
  return largestMinority(nodes) === 1 ? 1 : 2;
}

function largestMinority(nodes: readonly string[]): number {
  return Math.floor((nodes.length - 1) / 2);
}

/** As `--target` takes them: "leader,n2". */
export function wordsOfTarget({ kinds = [], nodes = [] }: AskedTargets): string {
  return [...kinds, ...nodes].join(",");
}
