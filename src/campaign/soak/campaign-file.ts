import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { messageOf, UsageError } from "../../core/errors.js";

const names = z.union([z.string(), z.array(z.string()).min(1)]);
/** `partition,kill` or [partition, kill] for faults that come together; `none` or [] for none. */
const nemesisSets = z
  .array(z.union([z.string(), z.array(z.string())]))
  .min(1)
  .transform((sets) =>
    sets.map((set) => (typeof set === "string" ? set : set.join(",") || "none")),
  );
const duration = z.union([z.string(), z.number()]).transform(String);

/** The keys are the options of `ordeal soak`, and mean the same. */
const schema = z.strictObject({
  workload: names.optional(),
  nemesis: nemesisSets.optional(),
  etcd: names.optional(),
  nodes: z.union([z.int(), z.array(z.int()).min(1)]).optional(),
  config: names.optional(),
  cluster: z.string().optional(),
  bug: names.optional(),
  tls: z.boolean().optional(),
  data: z.string().optional(),
  "time-limit": duration.optional(),
  rate: z.number().optional(),
  concurrency: z.number().optional(),
  "ops-per-key": z.number().optional(),
  serializable: z.boolean().optional(),
  "nemesis-interval": duration.optional(),
  "request-timeout": duration.optional(),
  "recovery-limit": duration.optional(),
  "checker-timeout": duration.optional(),
  "checker-memory": z.number().optional(),
  for: duration.optional(),
  runs: z.int().optional(),
  seed: z.int().optional(),
  "until-failure": z.boolean().optional(),
  "keep-passing": z.string().optional(),
  "max-disk": z.union([z.string(), z.number()]).transform(String).optional(),
  results: z.string().optional(),
});

export type CampaignFile = z.infer<typeof schema>;

/**
 * A campaign as a YAML file has it. Throws UsageError, which names the line or the key, where it
 * cannot be read, is no YAML, or holds what no campaign has.
 */
export function readCampaignFile(path: string): CampaignFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new UsageError(`${path} is not YAML (line ${line}, column ${col}): ${error.message}`);
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  throw new UsageError(`${path} describes no campaign: ${inWords(parsed.error)}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`the campaign ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function inWords({ issues }: z.ZodError): string {
  return issues
    .map((issue) => {
      if (issue.code === "unrecognized_keys") {
        const known = Object.keys(schema.shape).join(", ");
        return `there is no option ${issue.keys.map((key) => `"${key}"`).join(" or ")}, only ${known}`;
      }
      return `"${issue.path.join(".")}" ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
    })
    .join("; ");
}
