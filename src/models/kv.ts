import { illegal, type Model, type RegisterAction } from "../porcupine-ts/model.js";

export type KvInput =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "put" | "append"; readonly key: string; readonly value: string };

/**
 * Texts by key, empty at first. A get's output is the text found; what a put or an append answers
 * is not looked at. It says nothing of values produced: an append's depends on what was there.
 */
export const kvModel: Model<string, KvInput, string> = {
  init: () => "",

  step(state, input, output) {
    switch (input.f) {
      case "get":
        return output === undefined || output === state ? state : illegal;
      case "put":
        return input.value;
      case "append":
        return state + input.value;
    }
  },

  partition: (input) => input.key,
  readOnly: (input) => input.f === "get",
  // Appending is all that changes a text without resetting it.
  mayStillAllow: (state, _, output) => output === undefined || output.startsWith(state),
  resets: (input) => input.f === "put",
  register: { initial: "", classify: actionOf },
  origin: { module: import.meta.url, name: "kvModel" },

  describeOperation: describe,
  describeState: quoted,
  explain: (state, input, output) =>
    `it ${describe(input, output)}, but the key held ${quoted(state)}`,
};

/** The same as `step`, in a register's terms. A key that is appended to is no register. */
function actionOf(input: KvInput, output: string | undefined): RegisterAction | undefined {
  switch (input.f) {
    case "get":
      return output === undefined ? { kind: "nothing" } : { kind: "read", value: output };
    case "put":
      return { kind: "write", value: input.value };
    case "append":
      return undefined;
  }
}

function describe(input: KvInput, output: string | undefined): string {
  const maybe = output === undefined ? "maybe " : "";
  switch (input.f) {
    case "get":
      return output === undefined ? "got (no answer)" : `got ${quoted(output)}`;
    case "put":
      return `${maybe}put ${quoted(input.value)}`;
    case "append":
      return `${maybe}appended ${quoted(input.value)}`;
  }
}

/** The end of a long text: appends differ there. */
function quoted(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `...${text.slice(-57)}`);
}
