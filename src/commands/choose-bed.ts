import { connectEngine, NoEngineError } from "../cluster/docker/engine.js";
import { HarnessError, UsageError } from "../core/errors.js";
import { bedCapabilities, type BedName } from "./bed-capabilities.js";
import { type GivenForBed, onlyRealClustersHave } from "./test-beds.js";

/** What every run takes place on unless it is asked for something else, or there is no engine. */
export const usualBed: BedName = "docker";

export interface ChosenBed {
  readonly name: BedName;
  /** Where it is not the usual one: why, in a sentence. */
  readonly because?: string;
}

/**
 * For a run that asks for no kind of cluster: real containers where a Docker engine answers, else a
 * simulation. Never that where somebody would take it for a real one: whoever names a version or a
 * configuration of etcd wants that judged, and a job in CI looks at the exit code alone, so that
 * this rejects with HarnessError there.
 */
export async function chooseBed(
  given: GivenForBed,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ChosenBed> {
  if (onlyRealClustersHave(given).length > 0) return { name: usualBed };
  try {
    await connectEngine(environment);
    return { name: usualBed };
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    if (environment["CI"] === "true") {
      throw new HarnessError(
        `${error.message} With CI=true a simulation takes its place only where --cluster simulated asks for one.`,
        { cause: error },
      );
    }
    return {
      name: "simulated",
      because: `No Docker engine answers (tried ${error.tried}), so this runs on a simulated cluster: \`ordeal setup\` makes an engine ready or says what to do, and --cluster docker takes no less than a real one.`,
    };
  }
}

/** Throws UsageError. */
export function bedNamed(name: string): BedName {
  if (Object.hasOwn(bedCapabilities, name)) return name as BedName;
  const known = Object.keys(bedCapabilities).join(" or ");
  throw new UsageError(`expected --cluster ${known}, got "${name}"`);
}
