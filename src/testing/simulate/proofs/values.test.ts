import { holdProofs } from "../hold-proofs.fixture.js";
import { valueProofs } from "./values.js";

holdProofs(valueProofs);
