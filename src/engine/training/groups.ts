/** Which tensors move how: the optimizer's groups by the names of tensors. */
import { DescentError } from "../../common/errors.js";
import type { Chosen } from "../defineKind.js";
import type { GroupArguments } from "../optimizers/groups.js";
import type { RegularizationSection, TrainingSection } from "./config.js";
import { matchesTensor, type ModelTensor } from "./parameters.js";

/** How some tensors are moved. */
export interface ParameterGroup {
  /** The optimizer's arguments for them. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What the scheduled rate is multiplied by. */
  readonly rateFactor: number;
  /** Decoupled decay apart from the optimizer's own; 0: none. */
  readonly weightDecay: number;
  /** Clipping of the group by itself; undefined: with all others that have none of their own. */
  readonly clip: TrainingSection["clip"] | undefined;
}

export interface Grouping {
  /** The first one holds what no group of the file matches. */
  readonly groups: readonly ParameterGroup[];
  /** Position in `groups`, by the full name of each tensor that is moved. */
  readonly groupOf: ReadonlyMap<string, number>;
  /** Full names of tensors that stay as they are: learned ones, and statistics of layers that are held fixed. */
  readonly frozen: ReadonlySet<string>;
}

/**
 * Sorts the learned tensors into the file's groups; `still` are full names of tensors that are held fixed whatever their group. Throws DescentError `unmatched-group` where a pattern matches no tensor,
 * `nothing-to-train` where everything is frozen or the model has no weights, `group-rate` where a group has a rate and the optimizer's own is 0.
 */
export function groupTensors(optimizer: Chosen, tensors: readonly ModelTensor[], regularization: RegularizationSection | null, still: ReadonlySet<string> = new Set()): Grouping {
  const { groups: written = [], ...args } = optimizer.arguments as { readonly groups?: readonly GroupArguments[]; readonly lr: number };
  const path = `optimizer.${optimizer.kind}.groups`;
  const learned = tensors.filter((t) => t.learned);
  const used = new Set<number>();
  const groupOf = new Map<string, number>();
  const frozen = new Set(tensors.filter((t) => !t.learned && still.has(t.fullName)).map(({ fullName }) => fullName));
  for (const tensor of learned) {
    const { fullName } = tensor;
    const found = written.findIndex(({ match }) => matchesTensor(match, tensor));
    for (const [i, { match }] of written.entries()) if (matchesTensor(match, tensor)) used.add(i);
    if (still.has(fullName) || (found >= 0 && written[found].freeze)) frozen.add(fullName);
    else groupOf.set(fullName, found + 1);
  }
  const idle = written.findIndex((_, i) => !used.has(i));
  if (idle >= 0) throw new DescentError("unmatched-group", `No tensor is called ${written[idle].match}; there are ${learned.map(({ fullName }) => fullName).join(", ")}.`, { path: `${path}[${idle}].match` });
  if (learned.length === 0) throw new DescentError("nothing-to-train", "The model has no weights: there is nothing to train. Give it a layer that learns, such as dense.", { path: "model" });
  if (groupOf.size === 0) throw new DescentError("nothing-to-train", `Every tensor of the model is frozen: nothing is left to train.${still.size > 0 ? " Put a head on it, or freeze less." : ""}`, { path: still.size > 0 ? "model.freeze" : path });
  const shared = regularization?.weightDecay ?? 0;
  const base: ParameterGroup = { arguments: args, rateFactor: 1, weightDecay: shared, clip: undefined };
  return { groups: [base, ...written.map((group, i) => groupOfFile(group, args, shared, `${path}[${i}]`))], groupOf, frozen };
}

/** The same with nothing frozen: each tensor in the group that it matches. */
export function unfrozenGrouping(optimizer: Chosen, tensors: readonly ModelTensor[], regularization: RegularizationSection | null): Grouping {
  const { groups } = optimizer.arguments as { readonly groups?: readonly GroupArguments[] };
  if (groups === undefined) return groupTensors(optimizer, tensors, regularization);
  const thawed = groups.map((group) => Object.assign({}, group, { freeze: false }));
  return groupTensors({ kind: optimizer.kind, arguments: { ...optimizer.arguments, groups: thawed } }, tensors, regularization);
}

function groupOfFile(group: GroupArguments, args: Readonly<Record<string, unknown>> & { readonly lr: number }, decay: number, path: string): ParameterGroup {
  if (group.lr !== undefined && group.lr > 0 && args.lr === 0) throw new DescentError("group-rate", "The optimizer's lr is 0, and the schedule moves a group's rate in proportion to it: give the optimizer a rate, and freeze the others.", { path: `${path}.lr` });
  const ownDecay = "weight_decay" in args;
  const kind = (["norm", "value", "scale_to_norm"] as const).find((name) => group.clip?.[name] !== undefined);
  return {
    arguments: ownDecay && group.weight_decay !== undefined ? { ...args, weight_decay: group.weight_decay } : args,
    rateFactor: group.lr === undefined || args.lr === 0 ? 1 : group.lr / args.lr,
    weightDecay: ownDecay ? decay : (group.weight_decay ?? decay),
    clip: kind === undefined ? undefined : { kind, limit: group.clip![kind]! },
  };
}
