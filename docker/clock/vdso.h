/* What preload.c and start.c both need to put our payload in the place of the vDSO. */
#ifndef ORDEAL_CLOCK_VDSO_H
#define ORDEAL_CLOCK_VDSO_H

#include <elf.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "page.h"

/* What one program has mapped for it: the image at its beginning, the parameters in its second half. */
#define PAYLOAD_BYTES (2 * PAGE_DISPLACEMENT)

__asm__(".section .rodata\n.balign 8\npayload_image:\n.incbin \"payload.page\"\n.previous\n");
extern const uint64_t payload_image[PAGE_BYTES / 8] __attribute__((visibility("hidden")));

/* Nothing may run with a clock that obeys nobody: whatever fails ends the process. */
#define GIVEN_UP 99

static inline void complain(const char *why) {
  const char *parts[] = {"ordeal clock: ", why, "\n"};
  for (int part = 0; part < 3; part++) {
    if (write(2, parts[part], strlen(parts[part])) < 0) break;
  }
}

#ifndef __aarch64__
/* The address of the kernel's own clock_gettime in this process, or 0: the system call does as well, slower. */
static inline uint64_t true_clock_in(uint64_t vdso) {
  const Elf64_Ehdr *header = (const void *)vdso;
  const Elf64_Phdr *program = (const void *)(vdso + header->e_phoff);
  const Elf64_Dyn *dynamic = 0;
  uint64_t bias = 0;
  for (int i = header->e_phnum - 1; i >= 0; i--) {
    if (program[i].p_type == PT_LOAD) bias = vdso + program[i].p_offset - program[i].p_vaddr;
    if (program[i].p_type == PT_DYNAMIC) dynamic = (const void *)(vdso + program[i].p_offset);
  }
  const Elf64_Sym *symbols = 0;
  const char *names = 0;
  for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
    if (dynamic->d_tag == DT_SYMTAB) symbols = (const void *)(bias + dynamic->d_un.d_ptr);
    if (dynamic->d_tag == DT_STRTAB) names = (const void *)(bias + dynamic->d_un.d_ptr);
  }
  /* Every linker lays the names right behind the symbols; nothing else tells where these end. */
  for (; symbols && names && (const char *)(symbols + 1) <= names; symbols++) {
    if (strcmp(names + symbols->st_name, "__vdso_clock_gettime") == 0) return bias + symbols->st_value;
  }
  return 0;
}
#endif

#endif
