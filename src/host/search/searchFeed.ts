/** A search's folder as its panel shows it: read whole once, then what the journal grew by. */
import path from "node:path";
import type { Finding } from "../../protocol/finding.js";
import type { JournalEntry, SearchManifest } from "../../protocol/search.js";
import type { TrialRow } from "../../protocol/searchPanel.js";
import { readFindings } from "../../runs/findingsFile.js";
import { JournalTail } from "../../trials/search/journal.js";
import { readSearchManifest, searchFiles } from "../../trials/search/searchFolder.js";
import { SearchLog, type Tested, type TrialRecord } from "../../trials/search/searchLog.js";

export class SearchFeed {
  private readonly tail: JournalTail;

  private constructor(
    readonly folder: string,
    public manifest: SearchManifest,
    readonly log: SearchLog,
  ) {
    this.tail = new JournalTail(path.join(folder, searchFiles.journal));
  }

  /** Opens a search's folder. Throws `search-missing` or `search-unreadable`. */
  static async open(folder: string): Promise<SearchFeed> {
    const manifest = await readSearchManifest(folder);
    const feed = new SearchFeed(folder, manifest, new SearchLog(manifest.lowerIsBetter));
    await feed.read();
    return feed;
  }

  get rows(): TrialRow[] {
    return this.log.trials.map(rowOf);
  }

  get tested(): { readonly trial: number; readonly metrics: Tested["metrics"] } | null {
    return this.log.tested;
  }

  /** What the search concluded about itself. */
  findings(): Promise<Finding[]> {
    return readFindings(this.folder);
  }

  /** Reads what is new, the manifest too; gives the trials that changed. Throws as `open` does. */
  async read(): Promise<TrialRow[]> {
    this.manifest = await readSearchManifest(this.folder);
    const entries = await this.tail.read();
    for (const entry of entries) this.log.add(entry);
    return [...new Set(entries.flatMap(trialOf))].flatMap((trial) => this.log.trials[trial - 1] ?? []).map(rowOf);
  }
}

function trialOf(entry: JournalEntry): number[] {
  return "trial" in entry ? [entry.trial] : [];
}

function rowOf({ trial, settings, confirms, seed, state, stopReason, promoted, best, epochs, values, seconds, error }: TrialRecord): TrialRow {
  return { trial, settings, confirms, seed, state, stopReason, promoted, best, epochs: [...epochs], values: [...values], seconds, error: error && { code: error.code, message: error.message } };
}
