#!/bin/sh
# Makes the program links in the folder named, from the sources beside this script.
set -eu
target=$1
cd "$(dirname "$0")"
mkdir -p "$target"
gcc -std=gnu11 -Wall -Wextra -Werror -O2 -static links.c lanes.c proxy.c -o "$target/links"
