/** Test data drawn from a seed, for toys and for trying a model where the answer is known. */
import type { GeneratorConfig } from "../training/config.js";
import { normalSource, uniformSource } from "./random.js";
import { numericTable, type Origin, type Table } from "./table.js";

interface Dice {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  readonly normal: () => number;
  readonly noise: number;
}

type Draw = (dice: Dice, i: number) => readonly [x1: number, x2: number | null, y: number];

/** Each draws example i: coordinates and label (or, for `sine`, the number to predict). */
const generators: Readonly<Record<GeneratorConfig["generate"], Draw>> = {
  /** Two interleaving half circles of radius 1, as scikit-learn's make_moons; `noise` is the deviation of both coordinates. */
  two_moons: ({ uniform, normal, noise }, i) => {
    const label = i % 2;
    const angle = Math.PI * uniform();
    const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [x + noise * normal(), y + noise * normal(), label];
  },
  /** Three Gaussian clusters of deviation `noise`, their centres on a circle of radius 1. */
  blobs: ({ normal, noise }, i) => {
    const label = i % 3;
    const angle = (2 * Math.PI * label) / 3;
    return [Math.cos(angle) + noise * normal(), Math.sin(angle) + noise * normal(), label];
  },
  /** Two spirals of one and a half turns from the centre to radius 1; `noise` is the deviation of the angle in radians. */
  spirals: ({ uniform, normal, noise }, i) => {
    const label = i % 2;
    const radius = Math.sqrt(uniform());
    const angle = 3 * Math.PI * radius + Math.PI * label + noise * normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle), label];
  },
  /** Uniform in [-1, 1] x [-1, 1], class 1 where the signs differ; then `noise` moves both coordinates. */
  xor: ({ uniform, normal, noise }) => {
    const x = 2 * uniform() - 1;
    const y = 2 * uniform() - 1;
    return [x + noise * normal(), y + noise * normal(), x * y < 0 ? 1 : 0];
  },
  /** One input uniform in [-pi, pi], target sin(x) plus Gaussian noise: a regression. */
  sine: ({ uniform, normal, noise }) => {
    const x = Math.PI * (2 * uniform() - 1);
    return [x, null, Math.sin(x) + noise * normal()];
  },
  /** Standard normal inputs and labels that have nothing to do with them: what cannot be learned. */
  noise: ({ uniform, normal }) => [normal(), normal(), uniform() < 0.5 ? 0 : 1],
};

/** Generates a table with the columns x1, x2 (`sine`: x) and `label` (`sine`: y). The same seed gives the same rows. */
export function generateTable({ generate, examples, noise }: GeneratorConfig, seed: number, stream: number): Table {
  const uniform = uniformSource(seed, stream);
  const normal = normalSource(uniform);
  const columns = [new Float64Array(examples), new Float64Array(examples), new Float64Array(examples)];
  for (let i = 0; i < examples; i++) {
    generators[generate]({ uniform, normal, noise }, i).forEach((value, column) => { columns[column][i] = value ?? 0; });
  }
  const origin: Origin = { describe: (row) => ({ text: `generated example ${row}`, location: {} }) };
  return generate === "sine" ? numericTable(["x", "y"], [columns[0], columns[2]], origin) : numericTable(["x1", "x2", "label"], columns, origin);
}
