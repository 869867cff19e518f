/*
 * Carries the connections that this node's etcd makes to its peers, and keeps back or delays what
 * travels on them, each way by itself. It alters no byte and no order: what a reader gets is what
 * TCP could have given it on a slower network. Ends of streams and resets travel as bytes do.
 *
 * One thread, one poll loop. What it cannot do for want of memory or descriptors ends it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
/* After the library's own, with which it would collide. */
#include <linux/netfilter_ipv4.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "links.h"

#define PIECE_BYTES (256 * 1024)
/* Bytes that wait in one pipe before its writer has to: little where they only pass, much where they are kept. */
#define PASSING_LIMIT (1024 * 1024)
#define KEPT_LIMIT (64 * 1024 * 1024)
/* How long a peer may take to accept: etcd's own limit, a second more than an election takes. */
#define CONNECT_LIMIT (2000 * MILLISECOND)

enum kind { BYTES, END, RESET };

/* What was read at once. */
struct piece {
  struct piece *next;
  enum kind kind;
  int64_t arrived_at;
  int64_t due_at;
  size_t begin, end;
  char bytes[];
};

/* One way of a connection. */
struct pipe {
  struct lane *lane;
  struct piece *first, *last;
  size_t waiting_bytes;
  int has_end;  /* Nothing more will be read. */
  int is_done;  /* Nothing more will be written. */
  int is_full;  /* The socket that it is written to takes no more just now. */
};

struct connection {
  struct connection *next;
  /* client is this node's etcd: bytes TO the peer are read from it, bytes FROM the peer written to it. */
  int client, peer;
  int is_connecting;
  int64_t connect_limit;
  int is_over;
  struct pipe pipes[WAYS];
};

static struct connection *connections;
static unsigned connection_count;
static int proxy_listener, control_listener;
static char buffer[PIECE_BYTES];

static int source_of(const struct connection *connection, int way) {
  return way == TO ? connection->client : connection->peer;
}

static int sink_of(const struct connection *connection, int way) {
  return way == TO ? connection->peer : connection->client;
}

static void set_number(int file, int level, int name, int value) {
  setsockopt(file, level, name, &value, sizeof value);
}

/* As Go sets up its own connections. */
static void tune(int file) {
  set_number(file, IPPROTO_TCP, TCP_NODELAY, 1);
  set_number(file, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_number(file, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_number(file, IPPROTO_TCP, TCP_KEEPINTVL, 15);
}

static void drop_first(struct pipe *pipe) {
  struct piece *piece = pipe->first;
  size_t left = piece->end - piece->begin;
  pipe->waiting_bytes -= left;
  pipe->lane->waiting_bytes -= left;
  pipe->first = piece->next;
  free(piece);
}

static void drop_all(struct pipe *pipe) {
  while (pipe->first) drop_first(pipe);
}

/* Not the best of chance, but the delays of a network are nothing that could be asked for again. */
static int64_t chance_below(int64_t limit) {
  static uint64_t state = 88172645463325252ULL;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return limit > 0 ? (int64_t)(state % (uint64_t)limit) : 0;
}

static void append(struct pipe *pipe, enum kind kind, const char *bytes, size_t count) {
  struct piece *piece = allocate(sizeof *piece + count);
  int64_t now = now_ns();
  const struct lane *lane = pipe->lane;
  piece->kind = kind;
  piece->arrived_at = now;
  piece->due_at = now + lane->delay + chance_below(lane->jitter);
  if (pipe->first && piece->due_at < pipe->last->due_at) piece->due_at = pipe->last->due_at;
  piece->end = count;
  if (count > 0) memcpy(piece->bytes, bytes, count);
  if (pipe->first) pipe->last->next = piece;
  else pipe->first = piece;
  pipe->last = piece;
  pipe->waiting_bytes += count;
  pipe->lane->waiting_bytes += count;
  if (kind != BYTES) pipe->has_end = 1;
}

static int is_delayed(const struct lane *lane) {
  return lane->delay > 0 || lane->jitter > 0;
}

static int is_kept(const struct pipe *pipe) {
  const struct lane *lane = pipe->lane;
  return lane->is_held && pipe->first->arrived_at >= lane->open_until;
}

/* When the first piece may go for its delay's sake; 0 is at once. */
static int64_t first_due(const struct pipe *pipe) {
  return is_delayed(pipe->lane) ? pipe->first->due_at : 0;
}

static void finish(struct connection *connection, int with_reset) {
  if (connection->is_over) return;
  connection->is_over = 1;
  int files[] = {connection->client, connection->peer};
  for (int i = 0; i < 2; i++) {
    struct linger at_once = {1, 0};
    if (with_reset) setsockopt(files[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(files[i]);
  }
  for (int way = TO; way < WAYS; way++) drop_all(&connection->pipes[way]);
}

/* Nobody reads at the end of this pipe any more: whoever writes into it is told, when its turn comes. */
static void break_off(struct connection *connection, int way) {
  struct pipe *back = &connection->pipes[!way];
  drop_all(&connection->pipes[way]);
  connection->pipes[way].has_end = connection->pipes[way].is_done = 1;
  if (back->is_done) finish(connection, 1);
  else append(back, RESET, 0, 0);
}

static void write_first(struct connection *connection, int way) {
  struct pipe *pipe = &connection->pipes[way];
  struct piece *piece = pipe->first;
  ssize_t written = send(sink_of(connection, way), piece->bytes + piece->begin, piece->end - piece->begin, MSG_NOSIGNAL);
  if (written < 0) {
    if (errno == EAGAIN) pipe->is_full = 1;
    else if (errno != EINTR) break_off(connection, way);
    return;
  }
  piece->begin += (size_t)written;
  pipe->waiting_bytes -= (size_t)written;
  pipe->lane->waiting_bytes -= (size_t)written;
  pipe->lane->passed_bytes += (uint64_t)written;
  if (piece->begin == piece->end) drop_first(pipe);
}

/* Writes all that may go. */
static void flow(struct connection *connection, int way) {
  struct pipe *pipe = &connection->pipes[way];
  if (way == TO && connection->is_connecting) return;
  while (!connection->is_over && pipe->first && !pipe->is_full && !is_kept(pipe) && first_due(pipe) <= now_ns()) {
    if (pipe->first->kind == BYTES) {
      write_first(connection, way);
    } else if (pipe->first->kind == RESET) {
      finish(connection, 1);
    } else {
      drop_first(pipe);
      pipe->is_done = 1;
      shutdown(sink_of(connection, way), SHUT_WR);
      if (connection->pipes[!way].is_done) finish(connection, 0);
    }
  }
}

static int wants_more(const struct connection *connection, int way) {
  const struct pipe *pipe = &connection->pipes[way];
  if (pipe->has_end || (way == FROM && connection->is_connecting)) return 0;
  int keeps = pipe->lane->is_held || is_delayed(pipe->lane);
  return pipe->waiting_bytes < (keeps ? KEPT_LIMIT : PASSING_LIMIT);
}

static void read_more(struct connection *connection, int way) {
  struct pipe *pipe = &connection->pipes[way];
  ssize_t count = recv(source_of(connection, way), buffer, sizeof buffer, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) append(pipe, RESET, 0, 0);
  else if (count == 0) append(pipe, END, 0, 0);
  else append(pipe, BYTES, buffer, (size_t)count);
}

/* A refusal, or no answer at all, is something that comes from the peer. */
static void see_connected(struct connection *connection, int is_late) {
  int trouble = ETIMEDOUT;
  socklen_t size = sizeof trouble;
  if (!is_late) getsockopt(connection->peer, SOL_SOCKET, SO_ERROR, &trouble, &size);
  connection->is_connecting = 0;
  if (trouble) break_off(connection, TO);
}

static void accept_connection(void) {
  int client = accept4(proxy_listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) return;
  struct sockaddr_in target;
  socklen_t size = sizeof target;
  int peer = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (peer < 0) abort();
  /* One that no rule of ours led here asked for the proxy itself. */
  int is_led = getsockopt(client, SOL_IP, SO_ORIGINAL_DST, &target, &size) == 0 && ntohs(target.sin_port) != PROXY_PORT;
  int mark = OWN_MARK;
  if (!is_led || setsockopt(peer, SOL_SOCKET, SO_MARK, &mark, sizeof mark) != 0) {
    close(client);
    close(peer);
    return;
  }
  tune(client);
  tune(peer);
  struct connection *connection = allocate(sizeof *connection);
  struct link *link = link_to(target.sin_addr);
  connection->client = client;
  connection->peer = peer;
  connection->pipes[TO].lane = &link->lanes[TO];
  connection->pipes[FROM].lane = &link->lanes[FROM];
  connection->is_connecting = 1;
  connection->connect_limit = now_ns() + CONNECT_LIMIT;
  connection->next = connections;
  connections = connection;
  connection_count++;
  if (connect(peer, (struct sockaddr *)&target, sizeof target) != 0 && errno != EINPROGRESS) {
    connection->is_connecting = 0;
    break_off(connection, TO);
  }
}

static void accept_command(void) {
  int file = accept4(control_listener, 0, 0, SOCK_CLOEXEC);
  if (file < 0) return;
  struct timeval patience = {1, 0};
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  FILE *stream = fdopen(file, "r+");
  char line[256];
  if (!stream) abort();
  if (fgets(line, sizeof line, stream)) {
    /* Between reading and writing, as the library wants it. */
    fflush(stream);
    obey(line, stream);
  }
  fclose(stream);
}

static short events_of(const struct connection *connection, int file) {
  short events = 0;
  if (file == connection->peer && connection->is_connecting) return POLLOUT;
  for (int way = TO; way < WAYS; way++) {
    if (file == source_of(connection, way) && wants_more(connection, way)) events |= POLLIN;
    if (file == sink_of(connection, way) && connection->pipes[way].is_full) events |= POLLOUT;
  }
  return events;
}

/* When something must be done though no socket asks for it; INT64_MAX is never. */
static int64_t next_turn(void) {
  int64_t turn = INT64_MAX;
  for (struct connection *connection = connections; connection; connection = connection->next) {
    if (connection->is_connecting && connection->connect_limit < turn) turn = connection->connect_limit;
    for (int way = TO; way < WAYS; way++) {
      const struct pipe *pipe = &connection->pipes[way];
      if (!pipe->first || pipe->is_full || is_kept(pipe) || (way == TO && connection->is_connecting)) continue;
      if (first_due(pipe) < turn) turn = first_due(pipe);
    }
  }
  return turn;
}

static void serve_connection(struct connection *connection, short client_events, short peer_events) {
  if (connection->is_connecting && peer_events) see_connected(connection, 0);
  else if (connection->is_connecting && now_ns() >= connection->connect_limit) see_connected(connection, 1);
  for (int way = TO; way < WAYS && !connection->is_over; way++) {
    short from_source = way == TO ? client_events : peer_events;
    short from_sink = way == TO ? peer_events : client_events;
    if ((from_source & (POLLIN | POLLHUP | POLLERR)) && wants_more(connection, way)) read_more(connection, way);
    if (from_sink) connection->pipes[way].is_full = 0;
  }
  for (int way = TO; way < WAYS; way++) flow(connection, way);
}

static void bury_dead(void) {
  for (struct connection **at = &connections; *at;) {
    struct connection *connection = *at;
    if (!connection->is_over) {
      at = &connection->next;
      continue;
    }
    *at = connection->next;
    connection_count--;
    free(connection);
  }
}

static void loop(void) {
  struct pollfd *polled = 0;
  for (;;) {
    unsigned count = 2 + 2 * connection_count;
    polled = realloc(polled, count * sizeof *polled);
    if (!polled) abort();
    polled[0] = (struct pollfd){proxy_listener, POLLIN, 0};
    polled[1] = (struct pollfd){control_listener, POLLIN, 0};
    struct pollfd *at = polled + 2;
    for (struct connection *connection = connections; connection; connection = connection->next) {
      int files[] = {connection->client, connection->peer};
      for (int i = 0; i < 2; i++, at++) {
        short events = events_of(connection, files[i]);
        /* One of which nothing is wanted would wake us for its end again and again. */
        *at = (struct pollfd){events ? files[i] : -1, events, 0};
      }
    }
    int64_t turn = next_turn();
    int64_t wait = turn - now_ns();
    if (wait < 0) wait = 0;
    struct timespec limit = {wait / (1000 * MILLISECOND), wait % (1000 * MILLISECOND)};
    if (ppoll(polled, count, turn == INT64_MAX ? 0 : &limit, 0) < 0 && errno != EINTR) abort();
    at = polled + 2;
    for (struct connection *connection = connections; connection; connection = connection->next, at += 2) {
      serve_connection(connection, at[0].revents, at[1].revents);
    }
    bury_dead();
    if (polled[0].revents) accept_connection();
    if (polled[1].revents) accept_command();
  }
}

/*
 * Greets, and says back what it hears: so something travels each way though the other be held. A process
 * of its own, and one for each connection: a copy of a connection of ours would keep that from ending.
 */
static void echo(int listener) {
  for (;;) {
    int file = accept4(listener, 0, 0, SOCK_CLOEXEC);
    if (file < 0) continue;
    if (fork() == 0) {
      ssize_t count;
      tune(file);
      if (send(file, "!", 1, MSG_NOSIGNAL) != 1) _exit(0);
      while ((count = recv(file, buffer, sizeof buffer, 0)) > 0) {
        if (send(file, buffer, (size_t)count, MSG_NOSIGNAL) != count) break;
      }
      _exit(0);
    }
    close(file);
  }
}

static int listen_at(const struct sockaddr *address, socklen_t size) {
  int file = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) return -1;
  set_number(file, SOL_SOCKET, SO_REUSEADDR, 1);
  return bind(file, address, size) == 0 && listen(file, 128) == 0 ? file : -1;
}

static int listen_on_port(uint32_t address, uint16_t port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(address)}};
  return listen_at((struct sockaddr *)&at, sizeof at);
}

static void leave_terminal(void) {
  setsid();
  signal(SIGCHLD, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  int nowhere = open("/dev/null", O_RDWR);
  for (int file = 0; file < 3; file++) dup2(nowhere, file);
}

int serve(void) {
  struct sockaddr_un control = {.sun_family = AF_UNIX, .sun_path = CONTROL_PATH};
  proxy_listener = listen_on_port(INADDR_LOOPBACK, PROXY_PORT);
  int echo_listener = listen_on_port(INADDR_ANY, ECHO_PORT);
  /* The one that a proxy which died left behind serves as well. */
  int has_echo = echo_listener < 0 && errno == EADDRINUSE;
  if (proxy_listener < 0 || (echo_listener < 0 && !has_echo)) {
    perror("links: the proxy's ports cannot be had");
    return 1;
  }
  unlink(CONTROL_PATH);
  control_listener = listen_at((struct sockaddr *)&control, sizeof control);
  if (control_listener < 0) {
    perror("links: " CONTROL_PATH " cannot be made");
    return 1;
  }
  if (!has_echo && fork() == 0) {
    close(proxy_listener);
    close(control_listener);
    leave_terminal();
    echo(echo_listener);
  }
  if (fork() != 0) return 0;
  close(echo_listener);
  /* Whoever asked may be gone again when its turn comes. */
  fcntl(proxy_listener, F_SETFL, O_NONBLOCK);
  fcntl(control_listener, F_SETFL, O_NONBLOCK);
  leave_terminal();
  loop();
  return 0;
}
