/** What a link to a run says. */
export interface RunLink {
  /** Absolute. */
  readonly folder: string;
  /** Where the cursor is put; null: nowhere. */
  readonly step: number | null;
}

/** A link's query. */
export function runLinkQuery({ folder, step }: RunLink): string {
  const query = new URLSearchParams({ folder });
  if (step !== null) query.set("step", String(step));
  return query.toString();
}

/** The inverse; null where the query names no folder. A step that is no number from 0 on is left out. */
export function parseRunLink(query: string): RunLink | null {
  const values = new URLSearchParams(query);
  const folder = values.get("folder");
  const step = Number(values.get("step") ?? NaN);
  return folder ? { folder, step: Number.isFinite(step) && step >= 0 ? step : null } : null;
}
