/** What a training file says of more than one run. */
import type { TrainingFile } from "./schema/trainingFile.js";

/** As many runs of one file, from different seeds or on different folds of its data. */
export interface RepeatConfig {
  readonly kind: "seeds" | "folds";
  readonly count: number;
}

export interface EnsembleConfig {
  readonly members: number;
  readonly kind: "independent" | "snapshot";
  readonly vary: {
    readonly seed: boolean;
    /** Whether each member leaves out another part of the training data. */
    readonly folds: boolean;
    /** Values by path, taken in turn. */
    readonly values: Readonly<Record<string, readonly unknown[]>>;
  };
}

/** What each job asks of a cluster's scheduler; what is null is left to it. */
export interface ClusterConfig {
  readonly partition: string | null;
  readonly account: string | null;
  /** As `sbatch --time` takes it. */
  readonly time: string | null;
  readonly cores: number;
  /** As `sbatch --gpus` takes it; null: none. */
  readonly gpus: string | null;
  readonly memory: string | null;
  readonly lines: readonly string[];
}

export interface GroupConfig {
  readonly repeat: RepeatConfig | null;
  readonly ensemble: EnsembleConfig | null;
  readonly cluster: ClusterConfig;
}

/** The sections of a checked file that speak of more than one run. */
export function groupConfig({ repeat, ensemble, cluster }: TrainingFile): GroupConfig {
  return {
    repeat: repeat === undefined ? null : typeof repeat === "number" ? { kind: "seeds", count: repeat } : repeat.folds === undefined ? { kind: "seeds", count: repeat.seeds! } : { kind: "folds", count: repeat.folds },
    ensemble: ensemble === undefined ? null : { members: ensemble.members, kind: ensemble.kind, vary: varyConfig(ensemble.vary) },
    cluster: {
      partition: cluster.partition ?? null, account: cluster.account ?? null, time: cluster.time === undefined ? null : String(cluster.time),
      cores: cluster.cores, gpus: cluster.gpus === 0 ? null : String(cluster.gpus), memory: cluster.memory ?? null, lines: cluster.lines,
    },
  };
}

function varyConfig({ seed, folds = false, ...values }: Readonly<Record<string, unknown>>): EnsembleConfig["vary"] {
  // members of one seed would be one model: only folds or values make a seed needless
  const others = folds === true || Object.keys(values).length > 0;
  return { seed: seed === undefined ? !others : seed === true, folds: folds === true, values: values as Readonly<Record<string, readonly unknown[]>> };
}
