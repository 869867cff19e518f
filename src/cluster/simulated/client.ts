import {
  type MemberClient,
  RequestError,
  type WatchCreateRequest,
  type WatchResponse,
  type WatchStream,
} from "../../core/client.js";
import type { NodeStatus } from "../../core/cluster.js";
import type { Random } from "../../core/random.js";
import { type Delay, drawDelayNs } from "./delay.js";
import type { Machine } from "./machine.js";
import type { Answered, Member, Respond } from "./member/member.js";
import type { ServerWatchStream } from "./member/watch-hub.js";
import type { Scheduler, Timer } from "./scheduler.js";
import type { WayIn } from "./way-in.js";

export interface ConnectionOptions {
  readonly scheduler: Scheduler;
  readonly machine: Machine;
  readonly node: string;
  readonly random: Random;
  /** One way between a client and its node. */
  readonly delayMs: Delay;
  readonly timeoutMs: number;
  /** Undefined where no cut is ever in its way. */
  readonly wayIn?: WayIn;
  /** Answers are carried no further: for the proof that nothing is repeated. */
  readonly losesAnswers?: () => boolean;
}

export interface SimulatedClient extends MemberClient {
  status(): Promise<NodeStatus>;
}

type Serve<T> = (
  member: Member,
  respond: Respond<T>,
  whenGivenUp: (act: () => void) => void,
) => void;

const unavailable = 14;
const deadlineExceeded = 4;
const cancelled = 1;

/** A connection to one simulated member, with all that can happen to one. */
export function connectSimulated(options: ConnectionOptions): SimulatedClient {
  const { scheduler, machine, node, random, delayMs, timeoutMs, wayIn } = options;
  const open = new Set<(error: RequestError) => void>();
  let isClosed = false;
  /** What is sent later never overtakes: a connection is one stream each way. */
  let lastThereNs = 0;
  let lastBackNs = 0;

  const name = `client ${random.below(2 ** 31)}`;
  const peer = `${node}:2379`;
  const errorOf = (code: number, details: string, sent: boolean) =>
    new RequestError({ code, details, peer, sent });
  const delayNs = () => drawDelayNs(random, delayMs);
  /** Nobody hears from a machine that it cannot ask. */
  const isRefused = () => machine.process === "killed" && wayIn?.isCut !== true;

  function there(act: () => void): void {
    lastThereNs = Math.max(lastThereNs, scheduler.nowNs + delayNs());
    scheduler.after(lastThereNs - scheduler.nowNs, () => {
      if (wayIn) wayIn.pass(act);
      else act();
    });
  }

  function back(act: () => void): void {
    lastBackNs = Math.max(lastBackNs, scheduler.nowNs + delayNs());
    scheduler.after(lastBackNs - scheduler.nowNs, act);
  }

  /** `whenGivenUp` tells the member when the client no longer waits. */
  function call<T>(serve: Serve<T>): Promise<T> {
    if (isClosed) {
      return Promise.reject(errorOf(unavailable, "the client was closed before the call", false));
    }
    return new Promise<T>((resolve, reject) => {
      const timer: { set?: Timer } = {};
      const process = machine.starts;
      const whenGivenUp: (() => void)[] = [];
      const arrive = (act: (member: Member) => void) => {
        there(() => {
          machine.deliver(name, () => {
            if (machine.starts === process && machine.member) act(machine.member);
          });
        });
      };
      let forget: () => unknown = () => undefined;
      const finish = (settle: () => void) => {
        if (!open.delete(giveUp)) return;
        timer.set?.cancel();
        forget();
        scheduler.settled();
        settle();
      };
      const fail = (error: RequestError) => {
        finish(() => {
          reject(error);
        });
      };
      const giveUp = (error: RequestError) => {
        fail(error);
        arrive(() => {
          for (const act of whenGivenUp) act();
        });
      };
      open.add(giveUp);
      if (isRefused()) {
        back(() => {
          fail(refused());
        });
        return;
      }
      timer.set = scheduler.after(timeoutMs * 1e6, () => {
        giveUp(errorOf(deadlineExceeded, `Deadline exceeded after ${timeoutMs / 1000}s`, true));
      });
      forget = machine.onDeath(() => {
        back(() => {
          fail(errorOf(unavailable, "read ECONNRESET", true));
        });
      });
      const respond = (answered: Answered<T>) => {
        if (options.losesAnswers?.() === true) return;
        back(() => {
          if (machine.starts !== process) return;
          finish(() => {
            if ("ok" in answered) resolve(answered.ok);
            else reject(errorOf(answered.error.code, answered.error.details, true));
          });
        });
      };
      arrive((member) => {
        serve(member, respond, (act) => whenGivenUp.push(act));
      });
    });
  }

  function refused(): RequestError {
    const details = `No connection established. Last error: connect ECONNREFUSED ${peer}`;
    return errorOf(unavailable, details, false);
  }

  function watch(): WatchStream {
    const arrived: WatchResponse[] = [];
    let waiting:
      | { resolve: (response: WatchResponse) => void; reject: (error: RequestError) => void }
      | undefined;
    let ended: RequestError | undefined;
    let server: ServerWatchStream | undefined;

    const end = (error: RequestError) => {
      if (ended) return;
      ended = error;
      open.delete(end);
      forget();
      server?.close();
      const listener = waiting;
      waiting = undefined;
      if (!listener) return;
      scheduler.settled();
      listener.reject(error);
    };
    const arrive = (response: WatchResponse) => {
      if (ended) return;
      const listener = waiting;
      waiting = undefined;
      if (listener) {
        scheduler.settled();
        listener.resolve(response);
      } else arrived.push(response);
    };
    const process = machine.starts;
    const forget = machine.onDeath(() => {
      back(() => {
        end(errorOf(unavailable, "read ECONNRESET", true));
      });
    });
    const tell = (act: (stream: ServerWatchStream) => void) => {
      if (ended) return;
      there(() => {
        machine.deliver(name, () => {
          if (ended || machine.starts !== process || !machine.member) return;
          server ??= machine.member.openWatchStream((response) => {
            back(() => {
              arrive(response);
            });
          });
          act(server);
        });
      });
    };

    open.add(end);
    if (isClosed) end(errorOf(unavailable, "the client was closed before the call", false));
    else if (isRefused()) {
      back(() => {
        end(refused());
      });
    }
    return {
      create: (request: WatchCreateRequest) => {
        tell((stream) => {
          stream.create(request);
        });
      },
      cancel: (watchId) => {
        tell((stream) => {
          stream.cancel(watchId);
        });
      },
      requestProgress: () => {
        tell((stream) => {
          stream.requestProgress();
        });
      },
      receive() {
        const next = arrived.shift();
        if (next) return Promise.resolve(next);
        if (ended) return Promise.reject(ended);
        if (waiting) return Promise.reject(new Error("somebody waits for the next answer already"));
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject };
        });
      },
      close: () => {
        end(errorOf(cancelled, "Cancelled on client", true));
      },
    };
  }

  return {
    node,
    range: (request) =>
      call((member, respond) => {
        member.range(request, respond);
      }),
    put: (request) =>
      call((member, respond) => {
        member.write({ type: "put", request }, respond);
      }),
    deleteRange: (request) =>
      call((member, respond) => {
        member.write({ type: "delete-range", request }, respond);
      }),
    txn: (request) =>
      call((member, respond) => {
        member.txn(request, respond);
      }),
    compact: ({ revision }) =>
      call((member, respond) => {
        member.write({ type: "compact", revision }, respond);
      }),
    leaseGrant: (request) =>
      call((member, respond) => {
        member.leaseGrant(request, respond);
      }),
    leaseRevoke: ({ id }) =>
      call((member, respond) => {
        member.write({ type: "lease-revoke", id }, respond);
      }),
    leaseKeepAlive: ({ id }) =>
      call((member, respond) => {
        member.leaseKeepAlive(id, respond);
      }),
    leaseTimeToLive: (request) =>
      call((member, respond) => {
        member.leaseTimeToLive(request, respond);
      }),
    lock: (request) =>
      call((member, respond, whenGivenUp) => {
        member.lock(request, { respond, whenGivenUp });
      }),
    unlock: ({ key }) =>
      call((member, respond) => {
        member.unlock(key, respond);
      }),
    campaign: (request) =>
      call((member, respond, whenGivenUp) => {
        member.campaign(request, { respond, whenGivenUp });
      }),
    proclaim: (request) =>
      call((member, respond) => {
        member.proclaim(request, respond);
      }),
    electionLeader: ({ name }) =>
      call((member, respond) => {
        member.electionLeader(name, respond);
      }),
    resign: ({ leader }) =>
      call((member, respond) => {
        member.resign(leader, respond);
      }),
    status: () =>
      call((member, respond) => {
        respond({ ok: member.status() });
      }),
    hashKv: ({ revision = 0 }) =>
      call((member, respond) => {
        member.hashKv(revision, respond);
      }),
    alarms: () =>
      call((member, respond) => {
        member.alarms(respond);
      }),
    memberList: () =>
      call((member, respond) => {
        respond({ ok: member.memberList() });
      }),
    watch,
    close() {
      isClosed = true;
      for (const end of [...open]) end(errorOf(cancelled, "Cancelled on client", true));
    },
  };
}
