/** A training file's data section with every default, for tests. */
import type { DatasetConfig } from "../../../src/engine/data/task.js";
import type { DataConfig, SourceConfig } from "../../../src/engine/training/config.js";

export const files = (...names: string[]): SourceConfig => ({ kind: "files", files: names });

export function dataConfig(data: Partial<DataConfig> & Pick<DataConfig, "train">, rest: Partial<DatasetConfig> = {}): DatasetConfig {
  return {
    data: {
      validation: null, test: null, format: "auto", inputs: null, target: null, labels: null, task: "auto", classes: "auto",
      split: { validation: 0.1, test: 0.1, stratify: "auto", seed: 0 },
      scaling: "none", targetScaling: "none", categorical: "auto", missing: "error", sampling: "shuffle", augment: [], limit: null, layout: "auto", stream: "auto", ignoreTarget: null, resize: null, onCorrupt: "error", text: null,
      ...data,
    },
    model: [],
    loss: null,
    ...rest,
  };
}
