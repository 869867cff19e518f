import { holdProofs } from "../hold-proofs.fixture.js";
import { kubernetesProofs } from "./kubernetes.js";

holdProofs(kubernetesProofs);
