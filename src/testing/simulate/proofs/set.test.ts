import { holdProofs } from "../hold-proofs.fixture.js";
import { setProofs } from "./set.js";

holdProofs(setProofs);
