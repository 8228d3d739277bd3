/** How the Runs view is arranged: which runs, in which order, under which headings. */
import { fromJsonNumber } from "../../common/numbers.js";
import { smallerIsBetter } from "../../comparison/comparison.js";
import { stateOf, type Run } from "./run.js";
import type { RunLabel } from "./runLabels.js";

export const sortings = ["newest", "name", "best", "longest"] as const;
export const groupings = ["none", "name", "tag", "state"] as const;

export interface Arrangement {
  /** Words that a run's name, folder, state, tags or note must all contain. */
  readonly filter: string;
  readonly sort: (typeof sortings)[number];
  readonly group: (typeof groupings)[number];
}

export const plainArrangement: Arrangement = { filter: "", sort: "newest", group: "none" };

/** Runs under a heading; "" for those without one, which stand first. */
export interface RunGroup {
  readonly heading: string;
  readonly runs: readonly Run[];
}

/** The heading of what was put away; it stands last and is closed. */
export const archiveHeading = "Archived";

/** `runs`: newest first. A run with several tags stands under each. */
export function arrangeRuns(runs: readonly Run[], labelOf: (folder: string) => RunLabel, { filter, sort, group }: Arrangement): RunGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (run: Run) => {
    if (words.length === 0) return true;
    const { tags, note } = labelOf(run.folder);
    const text = [run.manifest.name, run.folder, stateOf(run), note, ...tags].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const groups = new Map<string, Run[]>();
  const put = (heading: string, run: Run) => {
    const known = groups.get(heading);
    if (known) known.push(run);
    else groups.set(heading, [run]);
  };
  for (const run of sorted(runs.filter(matches), sort)) {
    const label = labelOf(run.folder);
    if (label.archived) put(archiveHeading, run);
    else for (const heading of headingsOf(run, label, group)) put(heading, run);
  }
  const rank = (heading: string) => (heading === archiveHeading ? 2 : heading === "" ? 0 : 1);
  return [...groups].map(([heading, grouped]) => ({ heading, runs: grouped })).sort((a, b) => rank(a.heading) - rank(b.heading) || (a.heading < b.heading ? -1 : 1));
}

function headingsOf(run: Run, { tags }: RunLabel, group: Arrangement["group"]): readonly string[] {
  switch (group) {
    case "none": return [""];
    case "name": return [run.manifest.name];
    case "state": return [stateOf(run)];
    case "tag": return tags.length === 0 ? [""] : tags;
  }
}

function sorted(runs: readonly Run[], sort: Arrangement["sort"]): readonly Run[] {
  switch (sort) {
    case "newest": return runs;
    case "name": return [...runs].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : a.manifest.name > b.manifest.name ? 1 : 0));
    case "longest": return [...runs].sort((a, b) => b.manifest.seconds - a.manifest.seconds);
    case "best": return [...runs].sort((a, b) => bestRank(b) - bestRank(a));
  }
}

/** Greater is better; runs without a best value come last. Of a loss the negative counts: runs of one task watch one metric. */
function bestRank({ manifest: { best } }: Run): number {
  if (best === null) return -Infinity;
  const value = fromJsonNumber(best.value);
  return Number.isFinite(value) ? (smallerIsBetter(best.metric) ? -value : value) : -Infinity;
}
