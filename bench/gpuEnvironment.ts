import { storageFolder } from "../src/cli/locations.js";
import { cudaEnvironment } from "../src/devices/install/installation.js";

/** Variables with which a process finds the CUDA support that `descent devices install cuda` installed. */
export function environment(): Record<string, string> {
  return cudaEnvironment(storageFolder());
}
