/** Where `training.precision: mixed` can be had. */
import { DescentError } from "../../common/errors.js";
import type { Provider } from "./backend.js";
import type { TrainingConfig } from "./config.js";

/** Throws `precision-unsupported`, at the file's line, where the device does not compute in the precision that the file wants. */
export function requirePrecision({ training }: TrainingConfig, provider: Provider): void {
  if (training.precision === "float32" || provider === "cuda") return;
  const [here, why] = provider === "cpu"
    ? ["The processor", "ONNX Runtime has no arithmetic in float16 for it, so that every product would be cast to float32 and back, and be slower"]
    : [`The device ${provider}`, "nobody has checked float16 there"];
  throw new DescentError("precision-unsupported", `${here} trains in float32 only: ${why}. precision: mixed is for device: cuda; take it away here.`, { path: "training.precision" });
}
