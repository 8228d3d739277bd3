/** Versions of packages: the released ones of PEP 440 and of NuGet, which are dotted numbers. */

/** Its numbers; null for a pre-release, a development or local version, or anything else. A `.postN` counts as one more number. */
export function releaseNumbers(version: string): readonly number[] | null {
  const match = /^v?(\d+(?:\.\d+)*)(?:\.post(\d+))?$/.exec(version.trim());
  return match === null ? null : [...match[1].split(".").map(Number), ...(match[2] === undefined ? [] : [Number(match[2])])];
}

/** Negative where `a` is older than `b`, 0 where they are equal; missing numbers count as 0. Both must be released versions. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => releaseNumbers(version) ?? []);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether `least` <= version < `tooNew`. */
export function isWithin(version: string, [least, tooNew]: readonly [string, string]): boolean {
  return releaseNumbers(version) !== null && compareVersions(version, least) >= 0 && compareVersions(version, tooNew) < 0;
}

/** What is asked of the machine by tags such as `manylinux1_x86_64`, which came before those that name glibc's version (PEP 513, 571, 599). */
const olderTags: Readonly<Record<string, string>> = { manylinux1: "2.5", manylinux2010: "2.12", manylinux2014: "2.17" };

interface WheelName {
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version: string;
  readonly fits: (platform: "linux-x64" | "win32-x64") => boolean;
  /** Least version of the GNU C library on Linux, as its tags say (PEP 600); null: none is named. */
  readonly glibc: string | null;
}

/** Reads a wheel's file name (PEP 427); null for any other file. */
export function parseWheelName(file: string): WheelName | null {
  const match = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-([^-]+)-([^-]+)-([^-]+)\.whl$/.exec(file);
  if (match === null) return null;
  const tags = match[5].split(".");
  const fits = (platform: "linux-x64" | "win32-x64"): boolean => tags.some((tag) => (platform === "win32-x64" ? tag === "win_amd64" : /^(many)?linux\w*_x86_64$/.test(tag)));
  const leasts = tags.flatMap((tag) => {
    const numbers = /^manylinux_(\d+)_(\d+)_/.exec(tag);
    const least = numbers === null ? olderTags[tag.split("_")[0]] : `${numbers[1]}.${numbers[2]}`;
    return least === undefined ? [] : [least];
  });
  return { name: normalisedName(match[1]), version: match[2], fits, glibc: leasts.sort(compareVersions)[0] ?? null };
}

/** A project's name as indexes compare it (PEP 503). */
export function normalisedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
