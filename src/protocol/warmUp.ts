/** May come before the job: the process loads what training needs and waits. */
export interface WarmUp {
  readonly job: "warm-up";
  /** Whether it also trains a model of no meaning meanwhile, so that its code is compiled; not where the job comes at once. */
  readonly rehearse: boolean;
}

export function warmUp(rehearse: boolean): WarmUp {
  return { job: "warm-up", rehearse };
}

export function isWarmUp(value: unknown): value is WarmUp {
  return typeof value === "object" && value !== null && "job" in value && value.job === "warm-up";
}
