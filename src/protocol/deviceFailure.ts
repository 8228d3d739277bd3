/** Failures of a device after which a run can go on from its checkpoint, and how: told in the finding and offered by the editor. */
import type { Fix } from "./finding.js";

const codes = ["out-of-memory", "device-lost", "device-busy"] as const;
export type DeviceFailureCode = (typeof codes)[number];

export function isDeviceFailure(code: string): code is DeviceFailureCode {
  return (codes as readonly string[]).includes(code);
}

/**
 * Changes of the training file with which the run can go on, likeliest first: pieces of the batch one after the other, which learn the same,
 * where memory is short; the processor, where it was another device.
 */
export function waysOn(code: DeviceFailureCode, { training }: { readonly training: { readonly batchSize: number | string; readonly accumulate: number } }, device: string): Fix[] {
  const { batchSize, accumulate } = training;
  const halves = code === "out-of-memory" && typeof batchSize === "number" && batchSize > 1 && batchSize % 2 === 0;
  return [
    ...(halves ? [{ title: `Batches of ${batchSize / 2}, ${2 * accumulate} for each step: learns the same in half the memory`, safe: true, edits: [{ path: "training.batch_size", value: batchSize / 2 }, { path: "training.accumulate", value: 2 * accumulate }] }] : []),
    ...(device === "cpu" ? [] : [{ title: "Go on on the processor", safe: true, edits: [{ path: "device", value: "cpu" }] }]),
  ];
}
