/** What the page offers to the test that opens it. */
import { trainDigits } from "./train.js";
import { createWebBackend } from "./webBackend.js";

const backend = createWebBackend(new URL("/onnxruntime/", location.href).href);
const bytesAt = async (address: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(address)).arrayBuffer());

Object.assign(window, {
  backend,
  train: async (text: string) => trainDigits(text, await bytesAt("/images"), await bytesAt("/labels"), backend),
});
