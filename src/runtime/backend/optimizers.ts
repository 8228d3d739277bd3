/**
 * ONNX Runtime's graph optimizers that are switched off. Every one of them sorts the whole graph before it looks for its pattern, in a time that grows with the nodes times
 * those that are ready at once: with all of them, 15,000 nodes (200 convolutions with batch norm) take 4.2 s of a core to become a session, without those that are never wanted 2.3 s, and
 * without those that such a graph has no operators for again 17 (125 of them) to 30 % (250) less, each measured once on a busy machine.
 */

/** The fused kernel takes 0.79 ms for [1024, 128], an addition and LayerNormalization together 0.14. */
const slower = ["SkipLayerNormFusion", "BiasSkipLayerNormFusion"];

/** Patterns of quantised weights and integers: what trains is in floats, and imported models are brought into them. */
const quantised = [
  "QDQPropagationTransformer", "QDQFinalCleanupTransformer", "QDQSelectorActionTransformer", "QDQS8ToU8Transformer", "Avx2WeightS8ToU8Transformer", "EnsureUniqueDQForNodeUnit", "DoubleQDQPairsRemover",
  "ConstantFoldingDQ", "WeightBiasQuantization", "WhereDummyDq", "DQMatMulNBitsFusion", "MatMulNBitsFusion", "MatMulNBitsMlpFusion", "MatMulNBitsQkvFusion", "MatMulIntegerToFloatFusion",
  "DynamicQuantizeMatMulFusion", "ReluQuantRewrite", "ClipQuantRewrite",
];

/** Whole blocks of exported language models as one kernel for inference, and operators that no graph of ours has (Dropout, LabelEncoder). */
const ofOtherModels = ["AttentionFusion", "EmbedLayerNormFusion", "GroupQueryAttentionFusion", "GroupQueryAttentionPreNormFusion", "BiasDropoutFusion", "LabelEncoderFusion", "FreeDimensionOverrideTransformer"];

const products = ["MatMul", "com.microsoft.FusedMatMul"];
const windows = ["Conv", "com.microsoft.FusedConv", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"];

/** What an optimizer's pattern is made of: of each list at least one operator. A graph without has nothing for it. */
const patterns: Readonly<Record<string, readonly (readonly string[])[]>> = {
  MatMulAddFusion: [products],
  MatMulScaleFusion: [products],
  MatMulActivationFusion: [products],
  MatmulTransposeFusion: [products, ["Transpose"]],
  GemmActivationFusion: [["Gemm"]],
  GeluFusionL1: [["Erf"]],
  GeluFusionL2: [["Erf"]],
  BiasGeluFusion: [["Erf", "Gelu", "com.microsoft.Gelu", "com.microsoft.FastGelu"]],
  FastGeluFusion: [["Tanh"]],
  QuickGeluFusion: [["Sigmoid"]],
  BiasSoftmaxFusion: [["Softmax"]],
  LayerNormFusionL1: [["ReduceMean"], ["Sub"], ["Sqrt"], ["Div"]],
  LayerNormFusionL2: [["ReduceMean"], ["Sub"], ["Sqrt"], ["Div"]],
  SimplifiedLayerNormFusion: [["ReduceMean"], ["Pow"]],
  ConvActivationFusion: [windows],
  ConvAddActivationFusion: [windows],
  NchwcTransformer: [windows],
  NhwcTransformer: [windows],
  TransposeOptimizer: [["Transpose"]],
  TransposeOptimizer_CPUExecutionProvider: [["Transpose"]],
  ReshapeFusion: [["Reshape"]],
  GatherToSliceFusion: [["Gather"], ["Range"]],
  GatherSliceToSplitFusion: [["Gather", "Slice"]],
  SliceConcatToSpaceToDepthFusion: [["Slice"], ["Concat"]],
};

/** Those that are switched off for a graph of these operators (as `operatorsOf` names them); undefined: for one of which nothing is known. */
export function unwantedOptimizers(operators?: ReadonlySet<string>): readonly string[] {
  const idle = operators === undefined ? [] : Object.entries(patterns).filter(([, parts]) => !parts.every((part) => part.some((op) => operators.has(op)))).map(([name]) => name);
  return [...slower, ...quantised, ...ofOtherModels, ...idle];
}
