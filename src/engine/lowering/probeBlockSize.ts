import { GraphBuilder } from "../graph/builder.js";
import { encodeModel } from "../onnx/encode.js";
import { DescentError } from "../../common/errors.js";
import { nchwcDomain } from "../ops/nchwc/blocked.js";
import type { Backend } from "../training/backend.js";

/**
 * Channels a block in the runtime's blocked layout on this machine: 16 with AVX-512, 8 with AVX2; null where it has no such kernels.
 * Found by looking: 16 channels of two pixels go through ReorderInput, and the second pixel of channel 0 lands behind one block.
 */
export async function probeBlockSize(backend: Backend): Promise<number | null> {
  const dims = [1, 16, 1, 2];
  const graph = new GraphBuilder((node) => node.outputs.map(() => ({ type: "float32", shape: dims })));
  graph.output(graph.op("ReorderInput", [graph.input("x", "float32", dims)], {}, { domain: nchwcDomain }), "y");
  const model = encodeModel({ graph: graph.build("probe"), opsets: new Map([["", graph.opset], [nchwcDomain, 1]]), irVersion: 9, metadata: new Map() });
  try {
    const session = await backend.createSession(model, { provider: "cpu", threads: 1 });
    try {
      const { y } = await session.run({ x: { type: "float32", dims, data: Float32Array.from({ length: 32 }, (_, i) => i) } });
      const block = (y.data as Float32Array).indexOf(1);
      return block > 1 ? block : null;
    } finally {
      await session.release();
    }
  } catch (error) {
    if (error instanceof DescentError && (error.code === "session-refused" || error.code === "execution-failed")) return null;
    throw error;
  }
}
