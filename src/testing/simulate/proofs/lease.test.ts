import { holdProofs } from "../hold-proofs.fixture.js";
import { leaseProofs } from "./lease.js";

holdProofs(leaseProofs);
