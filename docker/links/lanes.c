/* The links to peers, and what may be asked of them while bytes travel. */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "links.h"

const char *const way_names[WAYS] = {[TO] = "to", [FROM] = "from"};

static struct link *links;

void *allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory) abort();
  return memory;
}

int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 * MILLISECOND + now.tv_nsec;
}

struct link *link_to(struct in_addr peer) {
  struct link *link = links;
  while (link && link->peer.s_addr != peer.s_addr) link = link->next;
  if (link) return link;
  link = allocate(sizeof *link);
  link->peer = peer;
  link->next = links;
  links = link;
  return link;
}

static void show(FILE *answer) {
  for (struct link *link = links; link; link = link->next) {
    for (int way = TO; way < WAYS; way++) {
      const struct lane *lane = &link->lanes[way];
      fprintf(answer, "%s %s %s %lld %lld %llu %llu\n", way_names[way], inet_ntoa(link->peer), lane->is_held ? "held" : "open",
              lane->delay / MILLISECOND, lane->jitter / MILLISECOND,
              (unsigned long long)lane->waiting_bytes, (unsigned long long)lane->passed_bytes);
    }
  }
}

static void hold(struct lane *lane) {
  if (lane->is_held) return;
  lane->is_held = 1;
  lane->held_since = now_ns();
  lane->open_until = 0;
}

/* A number of milliseconds in nanoseconds, or -1. */
static int64_t duration(const char *word) {
  char *end;
  long milliseconds = word ? strtol(word, &end, 10) : -1;
  if (milliseconds < 0 || milliseconds > 3600 * 1000 || end == word || *end) return -1;
  return milliseconds * MILLISECOND;
}

void obey(char *line, FILE *answer) {
  const char *deed = strtok(line, " \n");
  if (deed && strcmp(deed, "show") == 0) {
    show(answer);
    return;
  }
  const char *way_word = strtok(0, " \n");
  const char *peer_word = strtok(0, " \n");
  int64_t first = duration(strtok(0, " \n"));
  int64_t second = duration(strtok(0, " \n"));
  struct in_addr peer;
  int way = TO;
  while (way < WAYS && (!way_word || strcmp(way_word, way_names[way]) != 0)) way++;
  if (!deed || way == WAYS || !peer_word || !inet_aton(peer_word, &peer)) {
    fprintf(answer, "error: no such command\n");
    return;
  }
  struct lane *lane = &link_to(peer)->lanes[way];
  if (strcmp(deed, "hold") == 0) {
    hold(lane);
  } else if (strcmp(deed, "release") == 0) {
    lane->is_held = 0;
  } else if (strcmp(deed, "release-first") == 0 && lane->is_held && first >= 0) {
    lane->open_until = lane->held_since + first;
  } else if (strcmp(deed, "delay") == 0 && first >= 0 && second >= 0) {
    lane->delay = first;
    lane->jitter = second;
  } else {
    fprintf(answer, "error: this cannot be done\n");
  }
}
