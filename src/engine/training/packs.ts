/**
 * What a step carries from one to the next, put together: small tensors that are moved alike lie in one vector. The runtime's time for
 * making a session grows with the square of the number of carried tensors (measured: 250 dense layers 9 s, in vectors 0.6 s), and one update of
 * a vector takes the place of many small ones. Elements and their arithmetic are the same, so every bit is.
 */
import type { Tensor } from "../graph/builder.js";
import { concat, reshape, split } from "../graph/functions.js";
import { averagedTensors, averageName } from "./averaging.js";
import type { ModelTensor } from "./parameters.js";
import { movedTensors, type TrainingProblem } from "./problem.js";
import { isPenalised } from "./regularization.js";

/** Larger tensors stay by themselves: the copy into a vector and out of it would cost more than it saves. */
const mostElements = 4096;
/** Fewer are not worth a vector. */
const fewestMembers = 4;

/** One tensor, or several in a row in one vector. */
export interface Unit {
  /** The tensor's full name, or the vector's. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly members: readonly ModelTensor[];
  /** The members in the same order, those of one shape together: they are taken apart and put together by one node. */
  readonly runs: readonly (readonly ModelTensor[])[];
}

/** A tensor that the loop carries, and, for a vector, what lies in it in order. */
export interface CarriedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parts: readonly { readonly name: string; readonly shape: readonly number[] }[] | null;
}

/** The tensors that the optimizer moves, and the running statistics of these names, which their layers move, each as units. */
export function carriedUnits(problem: TrainingProblem, running: readonly string[]): { readonly moved: readonly Unit[]; readonly statistics: readonly Unit[] } {
  const { tensors, grouping, optimizer, restraints, config } = problem;
  const moved = movedTensors(tensors, grouping);
  const alike = (tensor: ModelTensor): string | null => {
    if (optimizer.kind.wholeTensors || restraints.get(tensor.fullName)!.maxNorm !== null) return null;
    return `moved/${grouping.groupOf.get(tensor.fullName)!}${isPenalised(tensor, config.regularization) ? "/decaying" : ""}`;
  };
  return { moved: unitsOf(moved, alike), statistics: unitsOf(tensors.filter(({ fullName }) => running.includes(fullName)), () => "statistics") };
}

/** What is carried for these units: themselves, their state `slot`, the average of each. */
export function carriedFor(units: readonly Unit[], nameOf: (name: string) => string): CarriedTensor[] {
  return units.map(({ name, shape, members }) => ({
    name: nameOf(name), shape,
    parts: members.length === 1 ? null : members.map((member) => ({ name: nameOf(member.fullName), shape: member.shape })),
  }));
}

/** Carried averages of the moved units; none without Polyak averaging. */
export function carriedAverages(problem: TrainingProblem, units: readonly Unit[]): CarriedTensor[] {
  return averagedTensors(problem).length === 0 ? [] : carriedFor(units, averageName);
}

/** The members' values from a unit's. */
export function unpacked(value: Tensor, { members, runs }: Unit): readonly Tensor[] {
  if (members.length === 1) return [value];
  return stretches(value, runs).flatMap((stretch, i) => {
    const run = runs[i];
    const [first, ...rest] = run[0].shape;
    const stacked = reshape(stretch, [run.length * first, ...rest]);
    return run.length === 1 ? [stacked] : split(stacked, run.map(() => first), 0, run.length);
  });
}

/** For each run of a unit a matrix with a row for each of its members. */
export function rowsOf(value: Tensor, { runs }: Unit): readonly Tensor[] {
  return stretches(value, runs).map((stretch, i) => reshape(stretch, [runs[i].length, sizeOf(runs[i][0])]));
}

function stretches(vector: Tensor, runs: Unit["runs"]): readonly Tensor[] {
  return runs.length === 1 ? [vector] : split(vector, runs.map(lengthOf), 0, runs.length);
}

/** A unit's value from its members', by position. */
export function packed(values: readonly Tensor[], { members, runs }: Unit): Tensor {
  if (members.length === 1) return values[0];
  let at = 0;
  return concat(runs.map((run) => reshape(concat(values.slice(at, (at += run.length)), 0), [lengthOf(run)])), 0);
}

function unitsOf(tensors: readonly ModelTensor[], alike: (tensor: ModelTensor) => string | null): Unit[] {
  const vectors = new Map<string, ModelTensor[]>();
  for (const tensor of tensors) {
    const key = tensor.shape.length > 0 && sizeOf(tensor) <= mostElements ? alike(tensor) : null;
    if (key === null) continue;
    const members = vectors.get(key) ?? [];
    members.push(tensor);
    vectors.set(key, members);
  }
  const full = [...vectors].filter(([, members]) => members.length >= fewestMembers);
  const inVectors = new Set(full.flatMap(([, members]) => members));
  const alone = tensors.filter((tensor) => !inVectors.has(tensor)).map((tensor) => ({ name: tensor.fullName, shape: tensor.shape, members: [tensor], runs: [[tensor]] }));
  return [...alone, ...full.map(([key, members]) => vectorOf(`vector/${key}`, members))];
}

function vectorOf(name: string, tensors: readonly ModelTensor[]): Unit {
  const byShape = new Map<string, ModelTensor[]>();
  for (const tensor of tensors) {
    const run = byShape.get(tensor.shape.join()) ?? [];
    run.push(tensor);
    byShape.set(tensor.shape.join(), run);
  }
  const runs = [...byShape.values()];
  return { name, shape: [lengthOf(tensors)], members: runs.flat(), runs };
}

function lengthOf(tensors: readonly ModelTensor[]): number {
  return tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
}

function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
