import { holdProofs } from "../hold-proofs.fixture.js";
import { kvProofs } from "./kv.js";

holdProofs(kvProofs);
