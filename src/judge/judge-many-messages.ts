import type { Answer, Question } from "./judge-saved.js";
import type { JudgeContext } from "./judge-history.js";

/** What a thread that judges is started with. */
export type Bounds = Pick<JudgeContext, "deadlineMs" | "memoryMb" | "judgedAt">;

/** What it is told. */
export type Request =
  | {
      readonly type: "judge";
      readonly question: Question;
      readonly history: string;
      /** The path of the run's folder, where it lies in one. */
      readonly folder?: string;
    }
  /** To come to an end with what is being judged, for a reason. */
  | { readonly type: "stop"; readonly reason: string };

/** Why there is no verdict, or why it could not be kept. */
export interface Trouble {
  readonly message: string;
  readonly exitCode: number;
}

/** What it says of what it was asked last. */
export type Reply = { readonly answer: Answer } | { readonly trouble: Trouble };
