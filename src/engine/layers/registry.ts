import { activationLayers } from "./activationLayers.js";
import { add } from "./add.js";
import { attention } from "./attention.js";
import { avgPool } from "./avgPool.js";
import { batchNorm } from "./batchNorm.js";
import { concat } from "./concat.js";
import { conv1d } from "./conv1d.js";
import { conv2d } from "./conv2d.js";
import { conv2dTranspose } from "./conv2dTranspose.js";
import { conv3d } from "./conv3d.js";
import type { LayerKind } from "./defineLayer.js";
import { dense } from "./dense.js";
import { depthwiseConv2d } from "./depthwiseConv2d.js";
import { dropout } from "./dropout.js";
import { embedding } from "./embedding.js";
import { flatten } from "./flatten.js";
import { fractionalMaxPool } from "./fractionalMaxPool.js";
import { gaussianNoise } from "./gaussianNoise.js";
import { globalAvgPool } from "./globalAvgPool.js";
import { globalMaxPool } from "./globalMaxPool.js";
import { groupNorm } from "./groupNorm.js";
import { gru } from "./gru.js";
import { instanceNorm } from "./instanceNorm.js";
import { layerNorm } from "./layerNorm.js";
import { lstm } from "./lstm.js";
import { masking } from "./masking.js";
import { maxout } from "./maxout.js";
import { maxPool } from "./maxPool.js";
import { permute } from "./permute.js";
import { positionalEmbedding } from "./positionalEmbedding.js";
import { prelu } from "./prelu.js";
import { repeat } from "./repeat.js";
import { reshape } from "./reshape.js";
import { residual } from "./residual.js";
import { rnn } from "./rnn.js";
import { transformer } from "./transformer.js";
import { upsample } from "./upsample.js";

/** Every layer by its name in the training file. */
export const layers: ReadonlyMap<string, LayerKind> = new Map(
  [
    dense, conv2d, conv1d, conv3d, depthwiseConv2d, conv2dTranspose, maxPool, avgPool, globalAvgPool, globalMaxPool, fractionalMaxPool, upsample, flatten, reshape, permute,
    batchNorm, layerNorm, groupNorm, instanceNorm, dropout, gaussianNoise, embedding, positionalEmbedding, lstm, gru, rnn, attention, transformer, maxout, masking, residual, concat, add, repeat,
    ...activationLayers, prelu,
  ].map((kind) => [kind.kind, kind]),
);

/** Layers that the training file's page names and that are not built yet. */
export const plannedLayers: readonly string[] = [];
