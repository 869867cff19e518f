/*
 * The page through which one process is told how wrong its clocks are: a file of 4096 bytes that
 * the process maps for reading, and that control.c alone writes.
 */
#ifndef ORDEAL_CLOCK_PAGE_H
#define ORDEAL_CLOCK_PAGE_H

#include <stdint.h>

#define PAGE_BYTES 4096
#define PAGE_MAGIC 0x6b636f6c6361726fULL
#define SLOTS 8
/* From the payload's base, on any machine: pages of 64 KiB are the largest there are. */
#define PAGE_DISPLACEMENT 0x10000
/* In the payload: where the address of the kernel's own clock_gettime is put. */
#define REAL_CLOCK_OFFSET 0xff8

/* A rate is a 32.32 fixed-point number: its seconds in a real one. */
#define RIGHT_RATE (1ULL << 32)

/* A straight line: nanoseconds of the true clock to nanoseconds of the false one. */
struct segment {
  int64_t base_true;
  int64_t base_false;
  uint64_t rate;
};

/*
 * From the true instant `switch_at` on, the second segment holds. The instant lies in the future
 * when it is written: whoever reads the clock, early or late, changes over at the same point, so
 * that a clock whose rate changes never steps back.
 */
struct course {
  uint64_t is_set; /* 0: the clock is right */
  int64_t switch_at;
  struct segment segments[2];
};

enum { WALL, MONOTONIC, CLOCKS };

/* A new state goes into the next slot, and then `current` moves on: a writer that dies half-way hurts nobody. */
struct page {
  uint64_t magic;
  uint64_t current; /* slots[current % SLOTS] is in force */
  struct course slots[SLOTS][CLOCKS];
};

_Static_assert(sizeof(struct course) == 64, "the layout has no padding");
_Static_assert(sizeof(struct page) <= PAGE_BYTES, "the page holds all slots");

/* What the false clock shows at an instant of the true one. */
static inline int64_t read_line(int64_t base_true, int64_t base_false, uint64_t rate, int64_t now) {
  return base_false + (int64_t)(((__int128)(now - base_true) * (__int128)rate) >> 32);
}

#endif
