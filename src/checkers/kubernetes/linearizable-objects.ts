import type { Checker } from "../../core/checker.js";
import { kubernetesObjectModel } from "../../models/kubernetes-object.js";
import { judgeOperations } from "../linearizable.js";
import { isOfObject, type KubernetesInput, type KubernetesOutput } from "./kubernetes-operation.js";

/**
 * Each object by itself is linearizable (`judgeOperations` says what that is), as far as those
 * operations tell that ask for it alone. Lists and watches are for other checkers.
 */
export const linearizableObjects: Checker<KubernetesInput, KubernetesOutput> = {
  check: ({ operations }, context) =>
    judgeOperations(kubernetesObjectModel, operations.filter(isOfObject), context, {
      nameOf: (key) => `object ${key}`,
    }),
};
