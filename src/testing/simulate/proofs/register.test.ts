import { holdProofs } from "../hold-proofs.fixture.js";
import { registerProofs } from "./register.js";

holdProofs(registerProofs);
