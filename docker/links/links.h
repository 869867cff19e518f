/* What the proxy (proxy.c), its lanes (lanes.c) and its command (links.c) share. */
#ifndef ORDEAL_LINKS_H
#define ORDEAL_LINKS_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Where commands are told to the proxy. */
#define CONTROL_PATH "/run/ordeal-links"
/* Our firewall rules lead the node's connections to its peers here. */
#define PROXY_PORT 23800
/* Greets and says back what it hears, whatever etcd does: for probes. Connections to a peer's go through the proxy too. */
#define ECHO_PORT 23801
/* Our firewall rules let packets with this mark go where they were meant to. */
#define OWN_MARK 0x6f6c

#define MILLISECOND 1000000LL

/* What goes to the peer, and what comes from it. */
enum way { TO, FROM, WAYS };

/* All that travels one way between this node and a peer, on whichever connections. */
struct lane {
  int is_held;
  int64_t held_since;
  /* While it is held, what arrived before this instant goes all the same. */
  int64_t open_until;
  int64_t delay;
  int64_t jitter;
  uint64_t waiting_bytes;
  uint64_t passed_bytes;
};

struct link {
  struct link *next;
  struct in_addr peer;
  struct lane lanes[WAYS];
};

extern const char *const way_names[WAYS];

/* The link to a peer; made where there is none yet. */
struct link *link_to(struct in_addr peer);

/* Carries out one line of a command's words, and writes the answer; "error: ..." where it is wrong. */
void obey(char *line, FILE *answer);

/* On the monotonic clock, in nanoseconds; all containers share it. */
int64_t now_ns(void);

/* Nothing can be done without memory: ends the process. */
void *allocate(size_t bytes);

/* Leaves a process behind that carries the node's connections; gives the exit code of the one that asked. */
int serve(void);

#endif
