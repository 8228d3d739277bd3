import { activationLayers } from "./activationLayers.js";
import { avgPool } from "./avgPool.js";
import { batchNorm } from "./batchNorm.js";
import { conv2d } from "./conv2d.js";
import type { LayerKind } from "./defineLayer.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { flatten } from "./flatten.js";
import { globalAvgPool } from "./globalAvgPool.js";
import { maxPool } from "./maxPool.js";
import { prelu } from "./prelu.js";

/** Every layer by its name in the training file. */
export const layers: ReadonlyMap<string, LayerKind> = new Map(
  [dense, conv2d, maxPool, avgPool, globalAvgPool, flatten, batchNorm, dropout, ...activationLayers, prelu].map((kind) => [kind.kind, kind]),
);

/** Layers that the training file's page names and that are not built yet. */
export const plannedLayers: readonly string[] = [
  "conv1d", "conv3d", "depthwise_conv2d", "conv2d_transpose", "global_max_pool", "fractional_max_pool", "upsample", "embedding",
  "positional_embedding", "lstm", "gru", "rnn", "attention", "transformer", "masking", "layer_norm", "group_norm", "instance_norm",
  "gaussian_noise", "reshape", "permute", "residual", "concat", "add", "repeat", "maxout",
];
