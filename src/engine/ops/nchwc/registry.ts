import type { OperatorDefinition } from "../defineOperator.js";
import { AveragePool } from "./AveragePool.js";
import { Conv } from "./Conv.js";
import { GlobalAveragePool } from "./GlobalAveragePool.js";
import { MaxPool } from "./MaxPool.js";
import { ReorderInput } from "./ReorderInput.js";
import { ReorderOutput } from "./ReorderOutput.js";
import { Upsample } from "./Upsample.js";

/** The operators in ONNX Runtime's blocked layout. */
export const nchwcOperators: readonly OperatorDefinition[] = [AveragePool, Conv, GlobalAveragePool, MaxPool, ReorderInput, ReorderOutput, Upsample];
