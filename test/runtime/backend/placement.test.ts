import { expect, it } from "vitest";
import { parsePlacement, placementSentence } from "../../../src/runtime/backend/placement.js";

const event = (name: string, op: string, provider: string, dur: number) => ({ cat: "Node", name: `${name}_kernel_time`, dur, ts: 0, args: { op_name: op, provider } });

it("a profile tells where the nodes ran, each counted once however often it ran", () => {
  const placed = parsePlacement(JSON.stringify([
    { cat: "Session", name: "model_run", dur: 9000, args: {} },
    event("a", "Gemm", "CUDAExecutionProvider", 2000), event("a", "Gemm", "CUDAExecutionProvider", 1000), event("b", "Gemm", "CUDAExecutionProvider", 500),
    event("c", "LogSoftmax", "CPUExecutionProvider", 50), event("d", "Shape", "CPUExecutionProvider", 1), event("e", "Loop", "CPUExecutionProvider", 9000),
    event("f", "MemcpyToHost", "CUDAExecutionProvider", 30), event("g", "MemcpyFromHost", "CUDAExecutionProvider", 20),
    { cat: "Node", name: "a_fence_before", dur: 1, args: { op_name: "Gemm" } },
  ]));
  expect(placed[0]).toEqual({ provider: "CUDAExecutionProvider", op: "Gemm", nodes: 2, milliseconds: 3.5 });
  expect(placed.map(({ op }) => op)).not.toContain("Loop");
  expect(placementSentence(placed, "cuda")).toBe("Not everything runs on cuda: ONNX Runtime computes LogSoftmax on the processor, with 2 copies between the two. Each step waits for that.");
  expect(placementSentence(placed.filter(({ op }) => op !== "LogSoftmax"), "cuda")).toBeNull();
});
