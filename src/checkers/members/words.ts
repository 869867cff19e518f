/** "n1", "n1 and n2", "n1, n2 and n3" */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "nobody";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
