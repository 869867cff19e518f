import { kvModel } from "../../models/kv.js";

/** A model that works nowhere, in a module that another thread can read. */
export const brittleModel: typeof kvModel = {
  ...kvModel,
  origin: { module: import.meta.url, name: "brittleModel" },
  step() {
    throw new Error("this model is brittle");
  },
};
