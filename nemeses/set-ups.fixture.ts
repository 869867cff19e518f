import { type SetUpFacts, setUpName } from "../src/core/cluster.js";

/** Each etcd with one configuration. */
export function setUpsOf(...versions: readonly string[]): SetUpFacts[] {
  return versions.map((version, step) => factsOf(version, step, false));
}

/** Each etcd with both configurations. */
export function variedSetUpsOf(...versions: readonly string[]): SetUpFacts[] {
  return [
    ...setUpsOf(...versions),
    ...versions.map((version, step) => factsOf(version, step, true)),
  ];
}

function factsOf(version: string, step: number, isVaried: boolean): SetUpFacts {
  return { name: setUpName(step, isVaried), step, isVaried, version };
}
