import { isMap, isScalar, isSeq, parseDocument } from "yaml";

/** Files that `data.train`, `data.validation` or `data.test` names in YAML that may be unfinished; none where it holds values or a generator. */
export function dataFilesOf(text: string, part: "train" | "validation" | "test"): string[] {
  const { contents } = parseDocument(text, { strict: false, logLevel: "silent" });
  const data = isMap(contents) ? contents.get("data") : null;
  const named = isMap(data) ? data.get(part, true) : null;
  const items = isSeq(named) ? named.items : [named];
  return items.flatMap((item) => (isScalar(item) && typeof item.value === "string" ? [item.value] : []));
}
