/** What the threads that decode images and the runtime process say to each other. */
import type { SerializedError } from "../../common/errors.js";
import type { ImageTask } from "../../files/images/readImages.js";

export interface ImageRequest {
  readonly id: number;
  readonly task: ImageTask;
}

export type ImageAnswer = { readonly id: number; readonly pixels: Uint8Array<ArrayBuffer> } | { readonly id: number; readonly error: SerializedError };
