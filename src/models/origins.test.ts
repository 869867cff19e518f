import { expect, it } from "vitest";
import type { Model } from "../porcupine-ts/model.js";
import { casRegisterModel } from "./cas-register.js";
import { deletableRegisterModel } from "./deletable-register.js";
import { kvModel } from "./kv.js";
import { mutexModel } from "./mutex.js";
import { queueModel } from "./queue.js";
import { registerModel } from "./register.js";
import { setModel } from "./set.js";
import { versionedRegisterModel } from "./versioned-register.js";

const models = {
  ...{ casRegisterModel, deletableRegisterModel, kvModel, mutexModel, queueModel },
  ...{ registerModel, setModel, versionedRegisterModel },
};

it.each(Object.entries(models))(
  "%s is where it says that another thread finds it",
  async (_, model) => {
    const { origin }: Pick<Model<never, never, never>, "origin"> = model;
    if (!origin) throw new Error("the model must say where it is");
    const exported = (await import(origin.module)) as Readonly<Record<string, unknown>>;
    expect(exported[origin.name]).toBe(model);
  },
);
