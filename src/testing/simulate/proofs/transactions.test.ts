import { holdProofs } from "../hold-proofs.fixture.js";
import { transactionProofs } from "./transactions.js";

holdProofs(transactionProofs);
