/** A worker thread that decodes images, one after the other. */
import { parentPort } from "node:worker_threads";
import { toDescentError } from "../../common/errors.js";
import { decodeTask } from "../../files/images/readImages.js";
import type { ImageAnswer, ImageRequest } from "./imageMessages.js";

const port = parentPort;
if (port === null) throw new Error("the image worker runs as a worker thread");

port.on("message", ({ id, task }: ImageRequest) => {
  decodeTask(task).then(
    (decoded) => {
      const pixels = decoded.slice();
      port.postMessage({ id, pixels } satisfies ImageAnswer, [pixels.buffer]);
    },
    (error: unknown) => port.postMessage({ id, error: toDescentError(error).toJSON() } satisfies ImageAnswer, []),
  );
});
