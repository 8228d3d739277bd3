/** Largest and smallest curvature of the loss, and how long a step they allow. */
import type { Backend, SessionOptions } from "../backend.js";
import type { Carried } from "../chunkRunner.js";
import type { TrainingProblem } from "../problem.js";
import { Hessian } from "./hessian.js";
import { spectrumEnds, type SpectrumEnds } from "./lanczos.js";
import { stabilityOf } from "./stableRate.js";

export interface CurvatureOptions {
  /** Which weights: those of the last step (the default), or those that the run began with. */
  readonly at?: "now" | "start";
  /** Examples of the training split that are looked at, at most. */
  readonly examples: number;
  /** Hessian-vector products for each of the two measurements, at most. */
  readonly products: number;
  readonly onProgress?: (fraction: number) => void;
  /** Ends the measurement; what it gives then is null. */
  readonly signal?: { readonly aborted: boolean };
}

/** What was measured, at some weights. */
export interface Curvature {
  /** Steps that the weights had seen. */
  readonly step: number;
  /** Largest and smallest eigenvalue of the Hessian of the mean training loss, penalties included. */
  readonly largest: number;
  readonly smallest: number;
  /** Bounds of the errors of the two, beyond rounding. */
  readonly largestError: number;
  readonly smallestError: number;
  readonly converged: boolean;
  /** Rate of the step, by schedule and live changes. */
  readonly rate: number;
  /** Largest rate with which the optimizer, as it stands, does not swing up along any direction; null where its update has no such bound. */
  readonly stableRate: number | null;
  readonly examples: number;
  /** Hessian-vector products in all. */
  readonly products: number;
}

/** Errors of the ends that are good enough, as a share of the larger. */
const tolerance = 2e-3;

/** Where the loss is looked at. */
export interface CurvaturePlace {
  readonly problem: TrainingProblem;
  /** Weights and the optimizer's memory. */
  readonly carried: Readonly<Carried>;
  /** Steps of the run, and those of them that the optimizer's memory has seen. */
  readonly step: number;
  readonly moves: number;
  readonly rate: number;
}

/** Null where it was ended. Throws what building the model throws. */
export async function measureCurvature(
  { problem, carried, step, moves, rate }: CurvaturePlace, backend: Backend, session: SessionOptions, { examples, products, onProgress, signal }: CurvatureOptions,
): Promise<Curvature | null> {
  const hessian = await Hessian.open(problem, carried, examples, backend, session);
  const ended = (): boolean => signal?.aborted === true;
  try {
    const stability = stabilityOf(problem, carried, moves);
    const parts = stability?.divisor ? 2 : 1;
    const ends = (part: number, scale: Float64Array | null): Promise<SpectrumEnds> => {
      const shown = { fraction: 0 };
      return spectrumEnds({
        size: hessian.size, most: products, tolerance, seed: problem.config.seed,
        product: async (v) => scaled(await hessian.product(scaled(v, scale), ended), scale),
        onProduct: (count) => {
          shown.fraction = Math.max(shown.fraction, count / products);
          onProgress?.((part + shown.fraction) / parts);
          return ended();
        },
      });
    };
    const plain = await ends(0, null);
    if (ended()) return null;
    // as the optimizer sees it: D^-1/2 H D^-1/2 has the eigenvalues of D^-1 H
    const seen = stability?.divisor ? await ends(1, stability.divisor.map((value) => (value > 0 ? 1 / Math.sqrt(value) : 0))) : plain;
    if (ended()) return null;
    const { largest, smallest, largestError, smallestError } = plain;
    return {
      step, rate, largest, smallest, largestError, smallestError, converged: plain.converged && seen.converged,
      stableRate: stability === null || !(seen.largest > 0) ? null : stability.factor / seen.largest,
      examples: hessian.examples, products: plain.products + (seen === plain ? 0 : seen.products),
    };
  } finally {
    await hessian.dispose();
  }
}

function scaled(v: Float32Array, scale: Float64Array | null): Float32Array {
  return scale === null ? v : v.map((value, i) => value * scale[i]);
}
