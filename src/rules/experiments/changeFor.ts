/** For each cause a change of the file that would take it away: what a short experiment tries to tell causes apart. */
import { everyLayer } from "../../engine/layers/nested.js";
import type { TrainingConfig } from "../../engine/training/config.js";
import type { Category, Edit, Fix } from "../../protocol/finding.js";
import type { Cause } from "../causes/causesOf.js";
import { ratePath } from "../checks/shortRun.js";
import { isTriable } from "./triable.js";

/** The first fix of the cause's findings that a short training can show; else what is usual for the category; null where nothing is. */
export function changeFor(cause: Cause, config: TrainingConfig): Pick<Fix, "title" | "edits"> | null {
  const findings = [cause.named, ...cause.explains.map(({ finding }) => finding)].filter(({ category }) => category === cause.category);
  return findings.flatMap(({ fixes }) => fixes).find(isTriable) ?? usual(cause.category, config);
}

function usual(category: Category, config: TrainingConfig): Pick<Fix, "title" | "edits"> | null {
  switch (category) {
    case "learning_rate": {
      const rate = Number(config.optimizer.arguments.lr);
      return rate > 0 ? change("A tenth of the rate", { path: ratePath(config), value: Number((rate / 10).toPrecision(3)) }) : null;
    }
    case "optimizer":
      return config.optimizer.kind === "adam" ? null : change("Use adam", { path: "optimizer", value: { adam: { lr: 1e-3 } } });
    case "preprocessing":
      return config.data.scaling === "standardize" ? null : change("Standardize the inputs", { path: "data.scaling", value: "standardize" });
    case "loss":
      return config.loss === null ? null : change("The task's usual loss", { path: "loss", remove: true });
    case "regularization":
      return config.regularization === null ? null : change("No regularization", { path: "regularization", remove: true });
    case "batch_size":
      return config.training.batchSize === 32 ? null : change("Batches of 32", { path: "training.batch_size", value: 32 });
    case "initialisation": {
      const drawn = everyLayer(config.model).filter((layer) => "init" in layer.arguments && layer.arguments.init !== undefined);
      return drawn.length === 0 ? null : change("Default initialisers", ...drawn.map((layer) => ({ path: `${layer.path}.init`, remove: true as const })));
    }
    default:
      return null;
  }
}

function change(title: string, ...edits: Edit[]): Pick<Fix, "title" | "edits"> {
  return { title, edits };
}
