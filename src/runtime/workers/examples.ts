/** A worker thread that reads examples of a streamed data set, one request after the other, while the process trains. */
import { parentPort, workerData } from "node:worker_threads";
import { toDescentError } from "../../common/errors.js";
import { ExampleReader } from "../../files/stream/readExamples.js";
import type { ExampleAnswer, ExampleRequest, ExampleWorkerData } from "./exampleMessages.js";

const port = parentPort;
if (port === null) throw new Error("the example worker runs as a worker thread");
const reader = new ExampleReader((workerData as ExampleWorkerData).plan);

port.on("message", ({ id, indices, again }: ExampleRequest) => {
  try {
    const { data, dims } = reader.read(indices, again);
    const own = data as Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
    port.postMessage({ id, data: own, dims } satisfies ExampleAnswer, [own.buffer]);
  } catch (error) {
    port.postMessage({ id, error: toDescentError(error).toJSON() } satisfies ExampleAnswer);
  }
});
