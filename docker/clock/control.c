/*
 * Writes the parameter page, and tells what it says.
 *
 *   clock FILE create                 once, before the process is started
 *   clock FILE skew JUMP_NS RATE      the wall clock jumps, and both clocks run at RATE billionths
 *   clock FILE reset                  the wall clock is right again, and both run at the right speed
 *   clock FILE show                   for each clock: what it is ahead (ns), and its rate (billionths)
 *
 * The monotonic clock never jumps: the kernel promises that it does not, and a process that saw it
 * step back would show failures that no machine can cause. What it gained or lost stays.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "page.h"

#define SECOND 1000000000LL
#define MILLISECOND 1000000LL
/* A machine whose true wall clock was set back in the midst of a change is waited for no longer. */
#define LONGEST_WAIT (5 * SECOND)

static const clockid_t clocks[CLOCKS] = {[WALL] = CLOCK_REALTIME, [MONOTONIC] = CLOCK_MONOTONIC};
static const char *const names[CLOCKS] = {[WALL] = "wall", [MONOTONIC] = "monotonic"};

static void die(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
  exit(1);
}

static int64_t true_now(int which) {
  struct timespec now;
  if (clock_gettime(clocks[which], &now) != 0) die("the machine's clock cannot be read");
  return now.tv_sec * SECOND + now.tv_nsec;
}

static void sleep_ns(int64_t ns) {
  struct timespec pause = {ns / SECOND, ns % SECOND};
  nanosleep(&pause, 0);
}

static struct segment line_at(const struct course *course, int64_t now) {
  if (!course->is_set) return (struct segment){now, now, RIGHT_RATE};
  return course->segments[now >= course->switch_at];
}

static int64_t shown_at(const struct course *course, int64_t now) {
  struct segment line = line_at(course, now);
  return read_line(line.base_true, line.base_false, line.rate, now);
}

static void wait_for_switch(const struct course courses[CLOCKS]) {
  for (int which = 0; which < CLOCKS; which++) {
    int64_t begun = true_now(MONOTONIC);
    while (courses[which].is_set && true_now(which) < courses[which].switch_at) {
      if (true_now(MONOTONIC) - begun > LONGEST_WAIT) die("the last change has not come into force");
      sleep_ns(MILLISECOND);
    }
  }
}

enum change { SKEW, RESET };

static void change_clocks(struct page *page, enum change change, int64_t jump, uint64_t rate) {
  uint64_t current = page->current;
  const struct course *before = page->slots[current % SLOTS];
  struct course *after = page->slots[(current + 1) % SLOTS];
  wait_for_switch(before);
  /* Were we kept waiting for longer than half of it, a thread could have read past the switch. */
  for (int64_t lead = 50 * MILLISECOND;; lead *= 2) {
    for (int which = 0; which < CLOCKS; which++) {
      int64_t now = true_now(which);
      int64_t at = now + lead;
      int64_t shown = shown_at(&before[which], at);
      if (which == WALL) shown = change == RESET ? at : shown + jump;
      after[which] = (struct course){1, at, {line_at(&before[which], now), {at, shown, rate}}};
    }
    int is_in_time = 1;
    for (int which = 0; which < CLOCKS; which++) {
      if (true_now(which) > after[which].switch_at - lead / 2) is_in_time = 0;
    }
    if (is_in_time) break;
  }
  __atomic_store_n(&page->current, current + 1, __ATOMIC_RELEASE);
  wait_for_switch(after);
}

static void show(const struct page *page) {
  const struct course *courses = page->slots[page->current % SLOTS];
  for (int which = 0; which < CLOCKS; which++) {
    int64_t now = true_now(which);
    struct segment line = line_at(&courses[which], now);
    double billionths = (double)line.rate / (double)RIGHT_RATE * 1e9;
    printf("%s %lld %.0f\n", names[which], (long long)(shown_at(&courses[which], now) - now), billionths);
  }
}

static void create(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
  struct page page = {.magic = PAGE_MAGIC};
  if (file < 0 || ftruncate(file, PAGE_BYTES) != 0) die("%s cannot be made", path);
  if (write(file, &page, sizeof page) != sizeof page) die("%s cannot be written", path);
}

static struct page *open_page(const char *path) {
  int file = open(path, O_RDWR);
  if (file < 0) die("%s cannot be opened", path);
  /* Held until we end: changes come one after the other. */
  if (flock(file, LOCK_EX) != 0) die("%s cannot be locked", path);
  struct page *page = mmap(0, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (page == MAP_FAILED || page->magic != PAGE_MAGIC) die("%s holds no parameters", path);
  return page;
}

static long long number(const char *text) {
  char *end;
  long long value = strtoll(text, &end, 10);
  if (end == text || *end) die("%s is no number", text);
  return value;
}

int main(int count, char **words) {
  const char *deed = count > 2 ? words[2] : "";
  if (count == 3 && strcmp(deed, "create") == 0) {
    create(words[1]);
  } else if (count == 5 && strcmp(deed, "skew") == 0) {
    long long billionths = number(words[4]);
    if (billionths < 0 || billionths > 100 * SECOND) die("no clock runs at %lld billionths", billionths);
    uint64_t rate = (uint64_t)(((unsigned __int128)billionths << 32) / SECOND);
    change_clocks(open_page(words[1]), SKEW, number(words[3]), rate);
  } else if (count == 3 && strcmp(deed, "reset") == 0) {
    change_clocks(open_page(words[1]), RESET, 0, RIGHT_RATE);
  } else if (count == 3 && strcmp(deed, "show") == 0) {
    show(open_page(words[1]));
  } else {
    die("usage: clock FILE create | skew JUMP_NS RATE | reset | show");
  }
  return 0;
}
