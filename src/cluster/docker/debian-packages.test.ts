import { expect, test } from "vitest";
import { isDebianLike } from "./debian-packages.js";

test.each([
  ["Debian", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'],
  ["Ubuntu", 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'],
  ["Mint", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'],
])("%s has Debian's packages", (_, text) => {
  expect(isDebianLike(text)).toBe(true);
});

test.each([
  ["Fedora", 'ID=fedora\nHOME_URL="https://fedoraproject.org/"\n'],
  ["one that only mentions Debian", 'ID=alpine\nBUG_REPORT_URL="https://debian.invalid"\n'],
  ["no such file", ""],
])("%s has not", (_, text) => {
  expect(isDebianLike(text)).toBe(false);
});
