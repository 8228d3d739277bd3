import { toDescentError } from "../../common/errors.js";
import type { CurveRequest } from "../../protocol/curves.js";
import type { Finding } from "../../protocol/finding.js";
import type { Manifest } from "../../protocol/manifest.js";
import type { HostMessage, PanelFinding } from "../../protocol/panel.js";
import type { LogTrouble } from "../../logs/logReader.js";
import { standing } from "../runs/findings.js";
import type { LogPlace } from "./openLogs.js";

export interface LogFeedOptions {
  readonly post: (message: HostMessage) => void;
  /** Whether the panel can be seen; while it cannot, it is told of nothing. */
  readonly visible: () => boolean;
  readonly init: (manifest: Manifest, storedText: string | null) => Promise<HostMessage>;
  readonly explain: (finding: Finding) => PanelFinding;
}

/** Entries of columns in one update that follows a growing log: 40 kB, of which a few go out a second. */
const mostLiveEntries = 1000;
/** Files whose trouble is told one by one; of more, how many there are. */
const namedTroubles = 8;

/** What a panel is told of a run that others logged: its curves as they are read and as they grow, and what they show. */
export class LogFeed {
  findings: Finding[] = [];
  manifest: Manifest | null = null;
  /** No process of ours stands behind a log. */
  readonly live = null;

  private readonly follower: number;
  private stop: (() => void) | null = null;
  private disposed = false;
  private stale = false;
  private told = "";
  private gone: string | null = null;

  constructor(
    readonly folder: string,
    private readonly place: LogPlace,
    private readonly options: LogFeedOptions,
  ) {
    this.follower = place.thread.newFollower();
  }

  /** Sends what is known, then follows. Rejects with `log-missing`, `log-failed`, `log-empty`. */
  async start(): Promise<void> {
    const { thread } = this.place;
    await thread.opened();
    this.stop = thread.onNews((news) => {
      if (news.kind === "gone") this.gone = news.message;
      void this.update();
    });
    this.manifest = this.current();
    if (this.manifest === null) {
      await thread.whole();
      this.manifest = this.current();
    }
    if (this.disposed) return;
    if (this.manifest === null) {
      const { post } = this.options;
      const seen = thread.listing?.troubles.map(({ message }) => message).join(" ") ?? "";
      return post({ message: "broken", error: { code: "log-empty", message: `No curves in ${this.folder}: it has no event files of TensorBoard, no CSV log of Keras or Lightning and no trainer_state.json with values. ${seen}`.trim() } });
    }
    this.options.post(await this.options.init(this.manifest, null));
    await this.sendFacts(false);
    if (this.disposed) return;
    this.options.post({ message: "loaded" });
    await this.sendMedia();
    await this.sendProjectorFiles();
    await this.sendFindings();
  }

  refreshManifest(): Promise<void> {
    return Promise.resolve();
  }

  /** No process of ours: nothing to attach to. */
  readonly follows = true;

  /** Logs hold no matrices that we read. */
  sendEvaluations(of: string | null): Promise<void> {
    this.options.post({ message: "evaluations", of, matrices: [], done: true });
    return Promise.resolve();
  }

  sendProjections(): Promise<void> {
    return Promise.resolve();
  }

  /** Tells what came while the panel was hidden. */
  flush(): void {
    if (this.stale) void this.update();
  }

  async answer(id: number, requests: readonly CurveRequest[]): Promise<void> {
    const answers = [...(await this.place.thread.answer(this.place.run, requests, Math.max(64, Math.floor(mostLiveEntries / Math.max(1, requests.length)))))];
    if (!this.disposed) this.options.post({ message: "columns", id, answers });
  }

  writeCsv(tags: readonly string[], file: string): Promise<void> {
    return this.place.thread.writeCsv(this.place.run, tags, file);
  }

  /** Answers what the panel asks of images, texts and histograms; settles always. */
  async sendMediaValue(id: number, tag: string, index: number): Promise<void> {
    try {
      const value = await this.place.thread.media(this.place.run, tag, index);
      if (!this.disposed) this.options.post({ message: "media-value", id, result: { ok: true, value } });
    } catch (thrown) {
      const { code, message } = toDescentError(thrown);
      if (!this.disposed) this.options.post({ message: "media-value", id, result: { ok: false, error: { code, message } } });
    }
  }

  dispose(): void {
    this.disposed = true;
    this.stop?.();
  }

  /** What is wrong with files: as listed, and what was found since. */
  private async troubles(): Promise<readonly LogTrouble[]> {
    return this.place.thread.troubles().catch(() => this.place.thread.listing?.troubles ?? []);
  }

  private current(): Manifest | null {
    return this.place.thread.listing?.runs.find(({ folder, tags }) => folder === this.place.run && tags > 0)?.manifest ?? null;
  }

  private async update(): Promise<void> {
    if (this.disposed || this.manifest === null) return;
    this.stale = !this.options.visible();
    if (this.stale) return;
    const manifest = this.current();
    const text = JSON.stringify(manifest);
    if (manifest && text !== this.told) {
      this.told = text;
      this.manifest = manifest;
      this.options.post({ message: "manifest", run: manifest });
    }
    await this.sendFacts(true);
    if (this.disposed || !this.place.thread.listing?.progress.done) return;
    await this.sendMedia();
    await this.sendFindings();
  }

  private async sendFacts(changed: boolean): Promise<void> {
    try {
      const facts = [...(await this.place.thread.facts(this.place.run, changed, this.follower))];
      if (this.disposed || (changed && facts.length === 0)) return;
      this.options.post({ message: "facts", replace: !changed, facts });
      this.options.post({ message: "grew", step: Math.max(0, ...facts.map(({ last }) => last?.step ?? 0)) });
    } catch (thrown) {
      if (!this.disposed && this.gone === null) this.options.post({ message: "broken", error: toDescentError(thrown).toJSON() });
    }
  }

  private async sendMedia(): Promise<void> {
    const { tags, unshown } = await this.place.thread.mediaTags(this.place.run).catch(() => ({ tags: [], unshown: [] }));
    if (!this.disposed && tags.length + unshown.length > 0) this.options.post({ message: "media", tags: [...tags], unshown: [...unshown] });
  }

  private async sendProjectorFiles(): Promise<void> {
    const projections = await this.place.thread.projections(this.place.run).catch(() => []);
    for (const projection of projections) if (!this.disposed) this.options.post({ message: "projection", projection });
  }

  private async sendFindings(): Promise<void> {
    const found = [...(await this.place.thread.findings(this.place.run).catch(() => []))];
    if (this.disposed) return;
    const all = standing([...found, ...troubleFindings(await this.troubles(), this.gone)]);
    this.findings = all;
    this.options.post({ message: "findings", findings: all.map((finding) => this.options.explain(finding)) });
  }
}

/** What is wrong with the log's files, as findings: they stand where people look for what is wrong. */
function troubleFindings(troubles: readonly LogTrouble[], gone: string | null): Finding[] {
  const finding = (rule: string, severity: Finding["severity"], message: string, path: string): Finding => ({
    rule, severity, problem: "learning", category: "system", message, evidence: {}, confidence: 1, step: null, state: "open", file: null, path, range: null, fixes: [], page: "",
  });
  const named = troubles.slice(0, namedTroubles).map(({ code, file, message }) => finding(code, "warning", message, file));
  const rest = troubles.length > namedTroubles ? [finding("damaged-logs", "warning", `${troubles.length - namedTroubles} more files cannot be read whole.`, "")] : [];
  return [...(gone === null ? [] : [finding("log-gone", "warning", gone, "")]), ...named, ...rest];
}
