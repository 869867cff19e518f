#!/bin/sh
# Makes preload.so, start and control in the folder named, from the sources beside this script.
set -eu
target=$1
cd "$(dirname "$0")"
mkdir -p "$target"
work=$(mktemp -d)

case $(gcc -dumpmachine) in
  # Go keeps its current goroutine in x28.
  aarch64-*) version=LINUX_2.6.39 flags="-ffixed-x28 -mgeneral-regs-only" ;;
  x86_64-*) version=LINUX_2.6 flags="-fcf-protection=none -mgeneral-regs-only" ;;
  *) echo "no clock for $(gcc -dumpmachine)" >&2; exit 1 ;;
esac

# The functions under the names and the version at which Go looks for them.
cat >"$work/payload.version" <<END
$version { global: __vdso_*; __kernel_*; local: *; };
END
gcc -std=gnu11 -Wall -Wextra -Werror -O2 -fPIC -ffreestanding -fno-stack-protector \
  -fno-asynchronous-unwind-tables -fno-jump-tables $flags -c payload.c -o "$work/payload.o"
gcc -shared -nostdlib -Wl,-T,payload.lds -Wl,--version-script="$work/payload.version" \
  -Wl,-soname,linux-vdso.so.1 -Wl,--hash-style=both -Wl,-Bsymbolic -Wl,--build-id=none \
  -Wl,-z,max-page-size=4096 -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-z,noexecstack \
  "$work/payload.o" -o "$work/payload.so"

# Nobody relocates a vDSO, and it is one page: what is not so must not be built.
readelf -rW "$work/payload.so" | grep -q "There are no relocations" || {
  echo "the payload has relocations:" >&2; readelf -rW "$work/payload.so" >&2; exit 1; }
load=$(readelf -lW "$work/payload.so" | awk '$1 == "LOAD" { print $2, $3, $5, $6 }')
[ "$load" = "0x000000 0x0000000000000000 0x001000 0x001000" ] || {
  echo "the payload is not the first page of its file: $load" >&2; exit 1; }
head -c 4096 "$work/payload.so" >"$work/payload.page"

gcc -std=gnu11 -Wall -Wextra -Werror -O2 -fPIC -shared -fno-stack-protector -Wa,-I,"$work" \
  preload.c -o "$target/preload.so"
gcc -std=gnu11 -Wall -Wextra -Werror -O2 -static -Wa,-I,"$work" start.c -o "$target/start"
gcc -std=gnu11 -Wall -Wextra -Werror -O2 -static control.c -o "$target/control"
rm -r "$work"
