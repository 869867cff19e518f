/*
 * Loaded by LD_PRELOAD into programs that are linked to libc. Its constructor runs before the program's own code, when the list
 * that the kernel left on the stack has not been read by Go yet: there it puts our payload in the
 * place of the vDSO.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "page.h"
#include "vdso.h"

static void give_up(const char *why) {
  complain(why);
  _exit(GIVEN_UP);
}

__attribute__((constructor)) static void replace_vdso(int argc, char **argv, char **environment) {
  (void)argc;
  (void)argv;
  const char *path = getenv("ORDEAL_CLOCK");
  if (!path) give_up("ORDEAL_CLOCK does not name the parameter file");
  int file = open(path, O_RDONLY | O_CLOEXEC);
  struct page found;
  if (file < 0 || read(file, &found, sizeof found) != sizeof found || found.magic != PAGE_MAGIC) {
    give_up("the parameter file cannot be read");
  }

  char *base = mmap(0, PAYLOAD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) give_up("no memory for the payload");
  char *parameters = base + PAGE_DISPLACEMENT;
  if (mmap(parameters, PAGE_BYTES, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) != parameters) {
    give_up("the parameter file cannot be mapped");
  }
  close(file);
  for (int word = 0; word < PAGE_BYTES / 8; word++) ((uint64_t *)base)[word] = payload_image[word];

  while (*environment) environment++;
  Elf64_auxv_t *entry = (Elf64_auxv_t *)(environment + 1);
  while (entry->a_type != AT_NULL && entry->a_type != AT_SYSINFO_EHDR) entry++;
  if (entry->a_type == AT_NULL) give_up("the kernel offers no vDSO to replace");
#ifndef __aarch64__
  *(uint64_t *)(base + REAL_CLOCK_OFFSET) = true_clock_in(entry->a_un.a_val);
#endif
  if (mprotect(base, PAGE_DISPLACEMENT, PROT_READ | PROT_EXEC) != 0) give_up("the payload may not be run");
  entry->a_un.a_val = (uint64_t)base;
}
