/*
 * The links of a node to its peers: carries them, holds them and delays them, and tells about them.
 *
 *   links serve                         starts the proxy, in the background
 *   links hold WAY PEER                 keeps back all that comes from now on; WAY is to or from
 *   links release-first WAY PEER MS     lets go what came in the first MS ms of that, keeps the rest
 *   links release WAY PEER              lets go all
 *   links delay WAY PEER MS JITTER_MS   each piece waits so long, and up to JITTER_MS more; 0 0 ends it
 *   links show                          WAY PEER held|open MS JITTER_MS WAITING PASSED, each way; bytes
 *   links probe COUNT MS PEER           sends a byte to the peer's echo COUNT times, one after the other:
 *                                       the microseconds until each came back, or lost after MS ms
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "links.h"

static void die(const char *why) {
  fprintf(stderr, "links: %s\n", why);
  exit(1);
}

static void command(int count, char **words) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = CONTROL_PATH};
  int file = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(file, (struct sockaddr *)&address, sizeof address) != 0) die("the proxy does not run");
  FILE *proxy = fdopen(file, "r+");
  if (!proxy) die("no memory");
  for (int i = 0; i < count; i++) fprintf(proxy, "%s%s", words[i], i + 1 < count ? " " : "\n");
  fflush(proxy);
  char line[256];
  while (fgets(line, sizeof line, proxy)) {
    if (strncmp(line, "error: ", 7) == 0) die(line + 7);
    fputs(line, stdout);
  }
}

static int await(int file, short event, int64_t limit) {
  int64_t left = (limit - now_ns()) / MILLISECOND;
  struct pollfd polled = {file, event, 0};
  return poll(&polled, 1, left < 0 ? 0 : (int)left) == 1;
}

static int hears(int file, char expected, int64_t limit) {
  char byte;
  return await(file, POLLIN, limit) && recv(file, &byte, 1, 0) == 1 && byte == expected;
}

static int says(int file, char byte, int64_t limit) {
  return await(file, POLLOUT, limit) && send(file, &byte, 1, MSG_NOSIGNAL) == 1;
}

static void probe(int count, int patience_ms, const char *peer) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(ECHO_PORT)};
  if (!inet_aton(peer, &address.sin_addr)) die("no such address");
  int file = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int64_t limit = now_ns() + patience_ms * MILLISECOND;
  /* The node's own proxy accepts it at once, but what comes from a peer that is cut off is dropped on that way too. */
  if (connect(file, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) die("no connection can be made");
  for (int i = 0; i < count; i++) {
    int64_t sent_at = now_ns();
    int is_back = says(file, '?', limit) && (i > 0 || hears(file, '!', limit)) && hears(file, '?', limit);
    if (!is_back) {
      printf("%s lost\n", peer);
      return;
    }
    printf("%s %lld\n", peer, (long long)(now_ns() - sent_at) / 1000);
  }
}

int main(int count, char **words) {
  const char *deed = count > 1 ? words[1] : "";
  if (count == 2 && strcmp(deed, "serve") == 0) return serve();
  if (count == 5 && strcmp(deed, "probe") == 0) probe(atoi(words[2]), atoi(words[3]), words[4]);
  else command(count - 1, words + 1);
  return 0;
}
