/**
 * ONNX Runtime's graph optimizers that are switched off. Every one of them sorts the whole graph before it looks for its pattern, in a time that grows with the nodes times
 * those that are ready at once: with all of them, 15,000 nodes (200 convolutions with batch norm) take 4.2 s of a core to become a session, without these 2.3 s.
 */

/** The fused kernel takes 0.79 ms for [1024, 128], an addition and LayerNormalization together 0.14. */
const slower = ["SkipLayerNormFusion", "BiasSkipLayerNormFusion"];

/** Patterns of quantised weights and integers: what trains is in floats, and imported models are brought into them. */
const quantised = [
  "QDQPropagationTransformer", "QDQFinalCleanupTransformer", "QDQSelectorActionTransformer", "QDQS8ToU8Transformer", "Avx2WeightS8ToU8Transformer", "EnsureUniqueDQForNodeUnit", "DoubleQDQPairsRemover",
  "ConstantFoldingDQ", "WeightBiasQuantization", "WhereDummyDq", "DQMatMulNBitsFusion", "MatMulNBitsFusion", "MatMulNBitsMlpFusion", "MatMulNBitsQkvFusion", "MatMulIntegerToFloatFusion",
  "DynamicQuantizeMatMulFusion", "ReluQuantFusion", "ClipQuantFusion",
];

/** Whole blocks of exported language models as one kernel for inference, and operators that no graph of ours has (Dropout, LabelEncoder). */
const ofOtherModels = ["AttentionFusion", "EmbedLayerNormFusion", "GroupQueryAttentionFusion", "GroupQueryAttentionPreNormFusion", "BiasDropoutFusion", "LabelEncoderFusion", "FreeDimensionOverrideTransformer"];

export const unwantedOptimizers: readonly string[] = [...slower, ...quantised, ...ofOtherModels];
