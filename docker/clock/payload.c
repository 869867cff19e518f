/*
 * What a process sees in place of the kernel's vDSO: one page that asks the true clock, and answers
 * what the parameter page makes of it. Go reads its clocks through the vDSO and never through libc,
 * so nothing that replaces libc's functions reaches etcd; this does.
 *
 * It runs on any thread, on signal stacks and on Go's own ones: no lock, no memory of its own, no
 * relocation, and everything in the one page in which Go expects vDSO code to be.
 */
#include "page.h"

#define SECOND 1000000000LL

struct timespec { int64_t seconds, nanoseconds; };
struct timeval { int64_t seconds, microseconds; };
typedef long (*clock_function)(long, struct timespec *);

/* Filled in by preload.c; 0 where the system call must do. */
__attribute__((section(".slot"), used, visibility("hidden"))) clock_function volatile true_clock = 0;
/* PAGE_DISPLACEMENT after the image; payload.lds says so. */
extern const struct page parameters __attribute__((visibility("hidden")));

#ifdef __aarch64__
#define CLOCK_GETTIME __kernel_clock_gettime
#define GETTIMEOFDAY __kernel_gettimeofday
enum { NR_CLOCK_GETTIME = 113, NR_GETTIMEOFDAY = 169 };

static inline long call_kernel(long number, long one, void *other) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = one;
  register void *x1 __asm__("x1") = other;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory", "cc");
  return x0;
}
#else
#define CLOCK_GETTIME __vdso_clock_gettime
#define GETTIMEOFDAY __vdso_gettimeofday
enum { NR_CLOCK_GETTIME = 228, NR_GETTIMEOFDAY = 96 };

static inline long call_kernel(long number, long one, void *other) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(one), "S"(other) : "rcx", "r11", "memory");
  return result;
}
#endif

/* Which course a clock follows; below 0 for those that are let through, such as processor time. */
static inline int course_of(long clock) {
  if (clock == 0 || clock == 5 || clock == 11) return WALL;                     /* REALTIME, its COARSE, TAI */
  if (clock == 1 || clock == 4 || clock == 6 || clock == 7) return MONOTONIC;   /* its RAW and COARSE, BOOTTIME */
  return -1;
}

__attribute__((visibility("default"))) long CLOCK_GETTIME(long clock, struct timespec *time) {
  int which = course_of(clock);
  uint64_t before, after, is_set, rate;
  int64_t now, base_true, base_false;
  do {
    before = __atomic_load_n(&parameters.current, __ATOMIC_ACQUIRE);
    clock_function ask = true_clock;
    long failure = ask ? ask(clock, time) : call_kernel(NR_CLOCK_GETTIME, clock, time);
    if (failure || which < 0) return failure;
    now = time->seconds * SECOND + time->nanoseconds;
    const struct course *course = &parameters.slots[before % SLOTS][which];
    is_set = course->is_set;
    const struct segment *segment = &course->segments[now >= course->switch_at];
    base_true = segment->base_true;
    base_false = segment->base_false;
    rate = segment->rate;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    after = __atomic_load_n(&parameters.current, __ATOMIC_RELAXED);
    /* Read across a change: the true instant may lie after a switch that this course does not know. */
  } while (before != after);
  if (!is_set) return 0;
  int64_t shown = read_line(base_true, base_false, rate, now);
  if (shown < 0) shown = 0;
  time->seconds = shown / SECOND;
  time->nanoseconds = shown % SECOND;
  return 0;
}

__attribute__((visibility("default"))) long GETTIMEOFDAY(struct timeval *time, void *zone) {
  if (zone) {
    long failure = call_kernel(NR_GETTIMEOFDAY, 0, zone);
    if (failure) return failure;
  }
  if (!time) return 0;
  struct timespec precise;
  long failure = CLOCK_GETTIME(0, &precise);
  if (failure) return failure;
  time->seconds = precise.seconds;
  time->microseconds = precise.nanoseconds / 1000;
  return 0;
}

#ifndef __aarch64__
__attribute__((visibility("default"))) long __vdso_time(int64_t *seconds) {
  struct timespec precise;
  long failure = CLOCK_GETTIME(0, &precise);
  if (failure) return failure;
  if (seconds) *seconds = precise.seconds;
  return precise.seconds;
}
#endif
