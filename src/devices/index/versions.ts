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

/** Name and version of a wheel's file name (PEP 427), the name normalised (PEP 503), and whether it fits the platform; null for any other file. */
export function parseWheelName(file: string): { readonly name: string; readonly version: string; readonly fits: (platform: "linux-x64" | "win32-x64") => boolean } | null {
  const match = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-([^-]+)-([^-]+)-([^-]+)\.whl$/.exec(file);
  if (match === null) return null;
  const tags = match[5].split(".");
  const fits = (platform: "linux-x64" | "win32-x64"): boolean => tags.some((tag) => (platform === "win32-x64" ? tag === "win_amd64" : /^(many)?linux\w*_x86_64$/.test(tag)));
  return { name: normalisedName(match[1]), version: match[2], fits };
}

/** A project's name as indexes compare it (PEP 503). */
export function normalisedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
