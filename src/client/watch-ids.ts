import type { WatchResponse } from "../core/client.js";

/**
 * Etcd before 3.4 takes no watch ids of a client's choice: it numbers the watches of a stream itself,
 * and says so with the answers to their creations, which come in the order of the requests. This
 * gives back the ids that were asked for; of later versions it changes nothing.
 */
export function watchIds() {
  const asked: number[] = [];
  const chosenByServer = new Map<number, number>();
  const serversOwn = new Map<number, number>();
  return {
    ask(watchId: number): void {
      asked.push(watchId);
    },
    /** What the server calls the watch. */
    serversId: (watchId: number): number => serversOwn.get(watchId) ?? watchId,
    /** The same answer, with the id that was asked for. */
    asAsked(response: WatchResponse): WatchResponse {
      if (response.created) {
        const wanted = asked.shift();
        // Below 0 there is no watch: it was refused.
        if (wanted !== undefined && response.watchId >= 0 && response.watchId !== wanted) {
          chosenByServer.set(response.watchId, wanted);
          serversOwn.set(wanted, response.watchId);
        }
      }
      const watchId = chosenByServer.get(response.watchId);
      return watchId === undefined ? response : { ...response, watchId };
    },
  };
}
