/*
 * start PROGRAM WORDS...: becomes the program, with the clock whose page ORDEAL_CLOCK names.
 *
 * A program that is linked to libc gets preload.so. One that is linked statically, as the etcd that
 * its makers publish, is held by a helper with ptrace at its very first instruction, where the helper
 * does what preload.so would have done; then it lets go. Process id and parent stay what they were.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "page.h"
#include "vdso.h"

#define PRELOAD "/usr/local/lib/ordeal-clock/preload.so"

static void give_up(const char *why) {
  complain(why);
  exit(GIVEN_UP);
}

static int names_a_loader(const char *path) {
  Elf64_Ehdr header;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || read(file, &header, sizeof header) != sizeof header || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    give_up("the program cannot be read");
  }
  int found = 0;
  for (int i = 0; i < header.e_phnum && !found; i++) {
    Elf64_Phdr segment;
    off_t at = (off_t)header.e_phoff + (off_t)i * header.e_phentsize;
    if (pread(file, &segment, sizeof segment, at) != sizeof segment) give_up("the program is torn");
    found = segment.p_type == PT_INTERP;
  }
  close(file);
  return found;
}

#ifdef __x86_64__

/* The program that is held, from its first instruction on. */
static pid_t held;

static void kill_held(const char *why) {
  complain(why);
  kill(held, SIGKILL);
  _exit(GIVEN_UP);
}

static uint64_t peek(uint64_t address) {
  errno = 0;
  long word = ptrace(PTRACE_PEEKDATA, held, (void *)address, 0);
  if (errno) kill_held("the program's memory cannot be read");
  return (uint64_t)word;
}

static void poke(uint64_t address, uint64_t word) {
  if (ptrace(PTRACE_POKEDATA, held, (void *)address, (void *)word) != 0) kill_held("the program's memory cannot be written");
}

/* Goes on to where a system call begins or ends. Signals that come before are delivered. */
static void to_next_stop(void) {
  long signal = 0;
  for (;;) {
    int status;
    if (ptrace(PTRACE_SYSCALL, held, 0, (void *)signal) != 0 || waitpid(held, &status, __WALL) != held) kill_held("the program got loose");
    if (!WIFSTOPPED(status)) _exit(GIVEN_UP);
    if (WSTOPSIG(status) == (SIGTRAP | 0x80)) return;
    signal = status >> 16 ? 0 : WSTOPSIG(status);
  }
}

static void wait_for_exec(void) {
  for (;;) {
    int status;
    if (waitpid(held, &status, __WALL) != held || !WIFSTOPPED(status)) _exit(GIVEN_UP);
    if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) return;
    ptrace(PTRACE_CONT, held, 0, (void *)(long)WSTOPSIG(status));
  }
}

/* Has the program make a system call, by an instruction that was put where it stands. */
static uint64_t call_in(const struct user_regs_struct *at, long number, const uint64_t words[6]) {
  struct user_regs_struct registers = *at;
  registers.orig_rax = (uint64_t)-1;
  registers.rax = (uint64_t)number;
  registers.rdi = words[0];
  registers.rsi = words[1];
  registers.rdx = words[2];
  registers.r10 = words[3];
  registers.r8 = words[4];
  registers.r9 = words[5];
  if (ptrace(PTRACE_SETREGS, held, 0, &registers) != 0) kill_held("the program's registers cannot be set");
  to_next_stop();
  to_next_stop();
  if (ptrace(PTRACE_GETREGS, held, 0, &registers) != 0) kill_held("the program's registers cannot be read");
  return registers.rax;
}

/* Where the kernel left the address of the vDSO: behind the words and the environment. */
static uint64_t vdso_entry(uint64_t stack) {
  uint64_t at = stack + 8 * (peek(stack) + 2);
  while (peek(at)) at += 8;
  for (at += 8; peek(at) != AT_NULL; at += 16) {
    if (peek(at) == AT_SYSINFO_EHDR) return at + 8;
  }
  kill_held("the kernel offers no vDSO to replace");
  return 0;
}

static void hold(int page) {
  wait_for_exec();
  /* Before the execve call has ended, registers that are set would be written over. */
  to_next_stop();
  struct user_regs_struct begin;
  if (ptrace(PTRACE_GETREGS, held, 0, &begin) != 0) kill_held("the program's registers cannot be read");
  uint64_t instruction = peek(begin.rip);
  poke(begin.rip, (instruction & ~0xffffULL) | 0x050f); /* syscall */
  uint64_t base = call_in(&begin, SYS_mmap, (uint64_t[6]){0, PAYLOAD_BYTES, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0});
  if (base >= (uint64_t)-4095) kill_held("no memory for the payload");
  uint64_t parameters = base + PAGE_DISPLACEMENT;
  if (call_in(&begin, SYS_mmap, (uint64_t[6]){parameters, PAGE_BYTES, PROT_READ, MAP_SHARED | MAP_FIXED, (uint64_t)page, 0}) != parameters) {
    kill_held("the parameter file cannot be mapped");
  }
  call_in(&begin, SYS_close, (uint64_t[6]){(uint64_t)page});

  for (int word = 0; word < PAGE_BYTES / 8; word++) poke(base + 8 * (uint64_t)word, payload_image[word]);
  /* The kernel is the same, and so is its vDSO but for where it lies. */
  uint64_t own_vdso = getauxval(AT_SYSINFO_EHDR);
  uint64_t own_clock = own_vdso ? true_clock_in(own_vdso) : 0;
  uint64_t entry = vdso_entry(begin.rsp);
  poke(base + REAL_CLOCK_OFFSET, own_clock ? peek(entry) + (own_clock - own_vdso) : 0);
  poke(entry, base);

  poke(begin.rip, instruction);
  begin.orig_rax = (uint64_t)-1;
  if (ptrace(PTRACE_SETREGS, held, 0, &begin) != 0) kill_held("the program's registers cannot be set");
  if (ptrace(PTRACE_DETACH, held, 0, 0) != 0) kill_held("the program cannot be let go");
}

/* The helper is nobody's child, so that the program finds none that it does not know. */
static void start_helper(int page) {
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) give_up("no pipe can be had");
  held = getpid();
  /* Some kernels let only chosen processes trace one that is not their child. */
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  pid_t child = fork();
  if (child < 0) give_up("no helper can be started");
  if (child == 0) {
    if (fork() != 0) _exit(0);
    long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, held, 0, (void *)options) != 0) _exit(GIVEN_UP);
    if (write(ready[1], "", 1) != 1) _exit(GIVEN_UP);
    close(ready[1]);
    hold(page);
    _exit(0);
  }
  waitpid(child, 0, 0);
  close(ready[1]);
  char attached;
  if (read(ready[0], &attached, 1) != 1) give_up("a program that is linked statically needs ptrace, which is forbidden here");
  close(ready[0]);
}

#else

static void start_helper(int page) {
  (void)page;
  give_up("the clock of a program that is linked statically can be moved on amd64 alone");
}

#endif

int main(int count, char **words) {
  const char *path = getenv("ORDEAL_CLOCK");
  if (count < 2 || !path) give_up("usage: ORDEAL_CLOCK=FILE start PROGRAM WORDS...");
  if (names_a_loader(words[1])) {
    setenv("LD_PRELOAD", PRELOAD, 1);
  } else {
    int page = open(path, O_RDONLY);
    struct page found;
    if (page < 0 || read(page, &found, sizeof found) != sizeof found || found.magic != PAGE_MAGIC) {
      give_up("the parameter file cannot be read");
    }
    start_helper(page);
  }
  execv(words[1], words + 1);
  give_up("the program cannot be started");
}
