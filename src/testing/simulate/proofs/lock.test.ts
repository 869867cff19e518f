import { holdProofs } from "../hold-proofs.fixture.js";
import { lockProofs } from "./lock.js";

holdProofs(lockProofs);
