import { holdProofs } from "../hold-proofs.fixture.js";
import { memberProofs } from "./members.js";

holdProofs(memberProofs);
