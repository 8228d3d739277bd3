/** Every operator that Descent knows, by domain and name. A new operator is a file beside this one and a line here. */
import type { OperatorDefinition } from "./defineOperator.js";
import { Abs } from "./Abs.js";
import { Acos } from "./Acos.js";
import { Acosh } from "./Acosh.js";
import { Add } from "./Add.js";
import { AffineGrid } from "./AffineGrid.js";
import { And } from "./And.js";
import { ArgMax } from "./ArgMax.js";
import { ArgMin } from "./ArgMin.js";
import { Asin } from "./Asin.js";
import { Asinh } from "./Asinh.js";
import { Atan } from "./Atan.js";
import { Atanh } from "./Atanh.js";
import { Attention } from "./Attention.js";
import { AveragePool } from "./AveragePool.js";
import { BatchNormalization } from "./BatchNormalization.js";
import { Bernoulli } from "./Bernoulli.js";
import { BitShift } from "./BitShift.js";
import { BitwiseAnd } from "./BitwiseAnd.js";
import { BitwiseNot } from "./BitwiseNot.js";
import { BitwiseOr } from "./BitwiseOr.js";
import { BitwiseXor } from "./BitwiseXor.js";
import { BlackmanWindow } from "./BlackmanWindow.js";
import { Cast } from "./Cast.js";
import { CastLike } from "./CastLike.js";
import { Ceil } from "./Ceil.js";
import { Celu } from "./Celu.js";
import { CenterCropPad } from "./CenterCropPad.js";
import { Clip } from "./Clip.js";
import { Col2Im } from "./Col2Im.js";
import { Compress } from "./Compress.js";
import { Concat } from "./Concat.js";
import { Constant } from "./Constant.js";
import { ConstantOfShape } from "./ConstantOfShape.js";
import { Conv } from "./Conv.js";
import { ConvTranspose } from "./ConvTranspose.js";
import { Cos } from "./Cos.js";
import { Cosh } from "./Cosh.js";
import { CumProd } from "./CumProd.js";
import { CumSum } from "./CumSum.js";
import { DFT } from "./DFT.js";
import { DeformConv } from "./DeformConv.js";
import { DepthToSpace } from "./DepthToSpace.js";
import { DequantizeLinear } from "./DequantizeLinear.js";
import { Det } from "./Det.js";
import { Div } from "./Div.js";
import { Dropout } from "./Dropout.js";
import { DynamicQuantizeLinear } from "./DynamicQuantizeLinear.js";
import { Einsum } from "./Einsum.js";
import { Elu } from "./Elu.js";
import { Equal } from "./Equal.js";
import { Erf } from "./Erf.js";
import { Exp } from "./Exp.js";
import { Expand } from "./Expand.js";
import { EyeLike } from "./EyeLike.js";
import { Flatten } from "./Flatten.js";
import { Floor } from "./Floor.js";
import { GRU } from "./GRU.js";
import { Gather } from "./Gather.js";
import { GatherElements } from "./GatherElements.js";
import { GatherND } from "./GatherND.js";
import { Gelu } from "./Gelu.js";
import { Gemm } from "./Gemm.js";
import { GlobalAveragePool } from "./GlobalAveragePool.js";
import { GlobalLpPool } from "./GlobalLpPool.js";
import { GlobalMaxPool } from "./GlobalMaxPool.js";
import { Greater } from "./Greater.js";
import { GreaterOrEqual } from "./GreaterOrEqual.js";
import { GridSample } from "./GridSample.js";
import { GroupNormalization } from "./GroupNormalization.js";
import { HammingWindow } from "./HammingWindow.js";
import { HannWindow } from "./HannWindow.js";
import { HardSigmoid } from "./HardSigmoid.js";
import { HardSwish } from "./HardSwish.js";
import { Hardmax } from "./Hardmax.js";
import { Identity } from "./Identity.js";
import { If } from "./If.js";
import { InstanceNormalization } from "./InstanceNormalization.js";
import { IsInf } from "./IsInf.js";
import { IsNaN } from "./IsNaN.js";
import { LRN } from "./LRN.js";
import { LSTM } from "./LSTM.js";
import { LayerNormalization } from "./LayerNormalization.js";
import { LeakyRelu } from "./LeakyRelu.js";
import { Less } from "./Less.js";
import { LessOrEqual } from "./LessOrEqual.js";
import { Log } from "./Log.js";
import { LogSoftmax } from "./LogSoftmax.js";
import { Loop } from "./Loop.js";
import { LpNormalization } from "./LpNormalization.js";
import { LpPool } from "./LpPool.js";
import { MatMul } from "./MatMul.js";
import { Max } from "./Max.js";
import { MaxPool } from "./MaxPool.js";
import { MaxUnpool } from "./MaxUnpool.js";
import { Mean } from "./Mean.js";
import { MeanVarianceNormalization } from "./MeanVarianceNormalization.js";
import { MelWeightMatrix } from "./MelWeightMatrix.js";
import { Min } from "./Min.js";
import { Mish } from "./Mish.js";
import { Mod } from "./Mod.js";
import { Mul } from "./Mul.js";
import { Multinomial } from "./Multinomial.js";
import { Neg } from "./Neg.js";
import { NegativeLogLikelihoodLoss } from "./NegativeLogLikelihoodLoss.js";
import { NonMaxSuppression } from "./NonMaxSuppression.js";
import { NonZero } from "./NonZero.js";
import { Not } from "./Not.js";
import { OneHot } from "./OneHot.js";
import { Or } from "./Or.js";
import { PRelu } from "./PRelu.js";
import { Pad } from "./Pad.js";
import { Pow } from "./Pow.js";
import { QuantizeLinear } from "./QuantizeLinear.js";
import { RMSNormalization } from "./RMSNormalization.js";
import { RNN } from "./RNN.js";
import { RandomNormal } from "./RandomNormal.js";
import { RandomNormalLike } from "./RandomNormalLike.js";
import { RandomUniform } from "./RandomUniform.js";
import { RandomUniformLike } from "./RandomUniformLike.js";
import { Range } from "./Range.js";
import { Reciprocal } from "./Reciprocal.js";
import { ReduceL1 } from "./ReduceL1.js";
import { ReduceL2 } from "./ReduceL2.js";
import { ReduceLogSum } from "./ReduceLogSum.js";
import { ReduceLogSumExp } from "./ReduceLogSumExp.js";
import { ReduceMax } from "./ReduceMax.js";
import { ReduceMean } from "./ReduceMean.js";
import { ReduceMin } from "./ReduceMin.js";
import { ReduceProd } from "./ReduceProd.js";
import { ReduceSum } from "./ReduceSum.js";
import { ReduceSumSquare } from "./ReduceSumSquare.js";
import { Relu } from "./Relu.js";
import { Reshape } from "./Reshape.js";
import { Resize } from "./Resize.js";
import { ReverseSequence } from "./ReverseSequence.js";
import { RoiAlign } from "./RoiAlign.js";
import { RotaryEmbedding } from "./RotaryEmbedding.js";
import { Round } from "./Round.js";
import { STFT } from "./STFT.js";
import { Scan } from "./Scan.js";
import { ScatterElements } from "./ScatterElements.js";
import { ScatterND } from "./ScatterND.js";
import { Selu } from "./Selu.js";
import { Shape } from "./Shape.js";
import { Shrink } from "./Shrink.js";
import { Sigmoid } from "./Sigmoid.js";
import { Sign } from "./Sign.js";
import { Sin } from "./Sin.js";
import { Sinh } from "./Sinh.js";
import { Size } from "./Size.js";
import { Slice } from "./Slice.js";
import { Softmax } from "./Softmax.js";
import { SoftmaxCrossEntropyLoss } from "./SoftmaxCrossEntropyLoss.js";
import { Softplus } from "./Softplus.js";
import { Softsign } from "./Softsign.js";
import { SpaceToDepth } from "./SpaceToDepth.js";
import { Split } from "./Split.js";
import { Sqrt } from "./Sqrt.js";
import { Squeeze } from "./Squeeze.js";
import { Sub } from "./Sub.js";
import { Sum } from "./Sum.js";
import { Swish } from "./Swish.js";
import { Tan } from "./Tan.js";
import { Tanh } from "./Tanh.js";
import { TensorScatter } from "./TensorScatter.js";
import { ThresholdedRelu } from "./ThresholdedRelu.js";
import { Tile } from "./Tile.js";
import { TopK } from "./TopK.js";
import { Transpose } from "./Transpose.js";
import { Trilu } from "./Trilu.js";
import { Unique } from "./Unique.js";
import { Unsqueeze } from "./Unsqueeze.js";
import { Where } from "./Where.js";
import { Xor } from "./Xor.js";
import { WithGradient } from "./withGradient.js";
import { FusedMatMul } from "./microsoft/FusedMatMul.js";
import { nchwcOperators } from "./nchwc/registry.js";

const definitions: readonly OperatorDefinition[] = [
  Abs, Acos, Acosh, Add, AffineGrid, And, ArgMax, ArgMin, Asin, Asinh, Atan, Atanh, Attention, AveragePool, BatchNormalization, Bernoulli, BitShift,
  BitwiseAnd, BitwiseNot, BitwiseOr, BitwiseXor, BlackmanWindow, Cast, CastLike, Ceil, Celu, CenterCropPad, Clip, Col2Im, Compress, Concat,
  Constant, ConstantOfShape, Conv, ConvTranspose, Cos, Cosh, CumProd, CumSum, DFT, DeformConv, DepthToSpace, DequantizeLinear, Det, Div, Dropout,
  DynamicQuantizeLinear, Einsum, Elu, Equal, Erf, Exp, Expand, EyeLike, Flatten, Floor, GRU, Gather, GatherElements, GatherND, Gelu, Gemm,
  GlobalAveragePool, GlobalLpPool, GlobalMaxPool, Greater, GreaterOrEqual, GridSample, GroupNormalization, HammingWindow, HannWindow, HardSigmoid,
  HardSwish, Hardmax, Identity, If, InstanceNormalization, IsInf, IsNaN, LRN, LSTM, LayerNormalization, LeakyRelu, Less, LessOrEqual, Log,
  LogSoftmax, Loop, LpNormalization, LpPool, MatMul, Max, MaxPool, MaxUnpool, Mean, MeanVarianceNormalization, MelWeightMatrix, Min, Mish, Mod, Mul,
  Multinomial, Neg, NegativeLogLikelihoodLoss, NonMaxSuppression, NonZero, Not, OneHot, Or, PRelu, Pad, Pow, QuantizeLinear, RMSNormalization, RNN,
  RandomNormal, RandomNormalLike, RandomUniform, RandomUniformLike, Range, Reciprocal, ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp, ReduceMax,
  ReduceMean, ReduceMin, ReduceProd, ReduceSum, ReduceSumSquare, Relu, Reshape, Resize, ReverseSequence, RoiAlign, RotaryEmbedding, Round, STFT, Scan,
  ScatterElements, ScatterND, Selu, Shape, Shrink, Sigmoid, Sign, Sin, Sinh, Size, Slice, Softmax, SoftmaxCrossEntropyLoss, Softplus, Softsign,
  SpaceToDepth, Split, Sqrt, Squeeze, Sub, Sum, Swish, Tan, Tanh, TensorScatter, ThresholdedRelu, Tile, TopK, Transpose, Trilu, Unique, Unsqueeze, Where, Xor,
  FusedMatMul, ...nchwcOperators, WithGradient,
];

/** By `domain:name`; ONNX's own domain is "". */
export const operators: ReadonlyMap<string, OperatorDefinition> = new Map(definitions.map((definition) => [key(definition.domain, definition.op), definition]));

/** The operator of this domain and name, if it is known. */
export function findOperator(domain: string, op: string): OperatorDefinition | undefined {
  return operators.get(key(domain, op));
}

function key(domain: string, op: string): string {
  return `${domain}:${op}`;
}
