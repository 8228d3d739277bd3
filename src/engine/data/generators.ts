/** Test data drawn from a seed, for toys and for trying a model where the answer is known. */
import type { GeneratorConfig } from "../training/config.js";
import { RandomStream } from "../random/stream.js";
import { numericTable, type Origin, type Table } from "./table.js";

type Draw = (random: RandomStream, i: number, noise: number) => readonly [x1: number, x2: number | null, y: number];

/** Each draws example i: coordinates and label (or, for `sine`, the number to predict). */
const generators: Readonly<Record<GeneratorConfig["generate"], Draw>> = {
  /** Two interleaving half circles of radius 1, as scikit-learn's make_moons; `noise` is the deviation of both coordinates. */
  two_moons: (random, i, noise) => {
    const label = i % 2;
    const angle = Math.PI * random.uniform();
    const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [x + noise * random.normal(), y + noise * random.normal(), label];
  },
  /** Three Gaussian clusters of deviation `noise`, their centres on a circle of radius 1. */
  blobs: (random, i, noise) => {
    const label = i % 3;
    const angle = (2 * Math.PI * label) / 3;
    return [Math.cos(angle) + noise * random.normal(), Math.sin(angle) + noise * random.normal(), label];
  },
  /** Two spirals of one and a half turns from the centre to radius 1; `noise` is the deviation of the angle in radians. */
  spirals: (random, i, noise) => {
    const label = i % 2;
    const radius = Math.sqrt(random.uniform());
    const angle = 3 * Math.PI * radius + Math.PI * label + noise * random.normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle), label];
  },
  /** Uniform in [-1, 1] x [-1, 1], class 1 where the signs differ; then `noise` moves both coordinates. */
  xor: (random, _i, noise) => {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    return [x + noise * random.normal(), y + noise * random.normal(), x * y < 0 ? 1 : 0];
  },
  /** One input uniform in [-pi, pi], target sin(x) plus Gaussian noise: a regression. */
  sine: (random, _i, noise) => {
    const x = Math.PI * (2 * random.uniform() - 1);
    return [x, null, Math.sin(x) + noise * random.normal()];
  },
  /** Standard normal inputs and labels that have nothing to do with them: what cannot be learned. */
  noise: (random) => [random.normal(), random.normal(), random.uniform() < 0.5 ? 0 : 1],
};

/**
 * Generates a table with the columns x1, x2 (`sine`: x) and `label` (`sine`: y). The same seed gives the same rows; `part`
 * (train, validation, test) tells sources of one file apart.
 */
export function generateTable({ generate, examples, noise }: GeneratorConfig, seed: number, part: string): Table {
  const random = new RandomStream(seed, `generate/${part}`);
  const columns = [new Float64Array(examples), new Float64Array(examples), new Float64Array(examples)];
  for (let i = 0; i < examples; i++) {
    generators[generate](random, i, noise).forEach((value, column) => { columns[column][i] = value ?? 0; });
  }
  const origin: Origin = { describe: (row) => ({ text: `generated example ${row}`, location: {} }) };
  return generate === "sine" ? numericTable(["x", "y"], [columns[0], columns[2]], origin) : numericTable(["x1", "x2", "label"], columns, origin);
}
