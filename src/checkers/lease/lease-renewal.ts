import { momentOf, who } from "../words.js";
import { answerOf } from "./lease-operation.js";
import { leaseChecker } from "./lease-verdict.js";
import { endingInWords, endingOperations } from "./lease-words.js";

/**
 * A lease that is over cannot be renewed: whoever asks for it after it was known that the lease is
 * over is not told that it lives on. What a client does by such an answer, such as hold a lock, it
 * does for nothing.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api/ (Lease API: a keep-alive's answer with a TTL of 0
 * says that the lease is over). Goes by the order of events, not by clocks.
 */
export const leaseRenewal = leaseChecker({
  holds: "No lease was renewed after its end",
  fails: "a lease was renewed after its end",
  async judge({ history, stories, pace, report }) {
    return pace.through(history.operations, (operation) => {
      const { input, index } = operation;
      const answer = answerOf(operation);
      if (input.f !== "renew" || !answer || !("renewed" in answer) || answer.renewed <= 0) return;
      const { ended } = stories.leases.get(input.lease) ?? {};
      if (!ended || (ended.by.completedIndex ?? Infinity) > index) return;
      report({
        message:
          `${endingInWords(ended, input.lease)}; but ${who(operation)} asked to renew it at ` +
          `${momentOf(operation.invokedAtNs)} and was told that it lives ${answer.renewed} s`,
        operations: [...endingOperations(ended), operation],
      });
    });
  },
});
