import { z } from "zod";
import { defineAugmentation } from "./defineAugmentation.js";

/** x = share x_i + (1 - share) x_j, y = share y_i + (1 - share) y_j; j is any example of the batch, share ~ Beta(alpha, alpha), one a step */
export const mixup = defineAugmentation({
  kind: "mixup",
  summary: "Trains on mixtures of two examples, inputs and targets alike.",
  main: "alpha",
  source: "Zhang, Cisse, Dauphin, Lopez-Paz, mixup: Beyond Empirical Risk Minimization, 2018; one share a batch as in its code",
  arguments: z.strictObject({ alpha: z.number().gt(0).default(0.2).describe("Both parameters of the Beta distribution of the shares: small, mostly one example; 1, all shares alike.") }),
  needs: "numbers",
  change: { moves: "pairs", alpha: ({ alpha }) => alpha },
});
