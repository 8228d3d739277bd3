import { Series } from "../common/series/series.js";
import type { Member } from "../protocol/group.js";
import { readEnsembleEvaluations } from "../runs/ensembleFile.js";
import { readScalars } from "../runs/events/readScalars.js";
import { isGroupLive, memberFolder, readGroup } from "../runs/groupFile.js";
import { readManifest } from "../runs/manifestFile.js";
import type { GroupViewData, MemberView } from "./groupView.js";

/** Reads what a page shows of a group, again and again; a member's curves only when its manifest has changed. */
export class GroupReader {
  private readonly known = new Map<string, { readonly updated: string; readonly view: MemberView }>();

  constructor(private readonly folder: string) {}

  /** Throws `group-missing` or `group-unreadable`. */
  async read(titleOf: GroupViewData["titleOf"]): Promise<GroupViewData> {
    const manifest = await readGroup(this.folder);
    const members: MemberView[] = [];
    for (const member of manifest.members) members.push(await this.readMember(member));
    return { manifest, isLive: isGroupLive(manifest), members, evaluations: await readEnsembleEvaluations(this.folder), titleOf };
  }

  private async readMember(member: Member): Promise<MemberView> {
    const folder = memberFolder(this.folder, member);
    const manifest = await readManifest(folder).catch(() => null);
    if (manifest === null) return { member, manifest, curves: new Map() };
    const known = this.known.get(member.id);
    if (known?.updated === manifest.updated) return { member, manifest, curves: known.view.curves };
    const view = { member, manifest, curves: await curvesOf(folder) };
    this.known.set(member.id, { updated: manifest.updated, view });
    return view;
  }
}

async function curvesOf(folder: string): Promise<ReadonlyMap<string, Series>> {
  const read = await readScalars(folder).catch(() => null);
  return new Map([...(read?.series ?? [])].map(([tag, { steps, values, wallTimes }]) => {
    const series = new Series();
    series.extend(steps, values, wallTimes);
    return [tag, series] as const;
  }));
}
