import { holdProofs } from "../hold-proofs.fixture.js";
import { wrProofs } from "./wr.js";

holdProofs(wrProofs);
