import { holdProofs } from "../hold-proofs.fixture.js";
import { watchProofs } from "./watch.js";

holdProofs(watchProofs);
