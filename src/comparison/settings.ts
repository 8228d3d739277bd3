/** A training file as settings by path, for telling runs apart. */
import { override, type Overrides } from "../config/edit/overrides.js";
import { readDocument } from "../config/document.js";

/**
 * The values of a training file by path (`optimizer.adam.lr`, `model[2].dense.units`), as JSON texts, with what was set on the command line.
 * A file that cannot be read gives none.
 */
export function settingsOf(text: string, file: string, overrides: Overrides): Map<string, string> {
  const settings = new Map<string, string>();
  try {
    const document = readDocument(text, file);
    override(document, overrides);
    flatten(document.yaml.toJS({ maxAliasCount: 1000 }), "", settings);
  } catch {
    // the run was stored by a version that reads more than this one: its curves are compared all the same
  }
  return settings;
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)) {
    for (const [i, item] of value.entries()) flatten(item, `${path}[${i}]`, into);
  } else if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) flatten(item, path === "" ? key : `${path}.${key}`, into);
  } else if (path !== "") into.set(path, JSON.stringify(value) ?? "null");
}
