/** Patterns of names in the training file, with `*` for any text. */

/** Whether a name matches a pattern. */
export function matchesPattern(name: string, pattern: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${source}$`, "su").test(name);
}
