import type { FileLook } from "./lookAtFile.js";

/** Names that are written out. */
const mostNames = 12;

/** What a file holds, in Markdown: `digits.csv`, 65 columns, ... */
export function describeLook(name: string, look: FileLook): string {
  return `\`${name}\`: ${facts(look)}`;
}

function facts(look: FileLook): string {
  switch (look.kind) {
    case "table": {
      const { columns, rows } = look.table;
      const count = look.whole ? rows.toLocaleString("en") : look.rows?.toLocaleString("en");
      return `${look.format}, ${columns.length} column${columns.length === 1 ? "" : "s"} (${list(columns.map((column) => `\`${column.name}\`${column.texts === null ? "" : " text"}`))}), ${count === undefined ? `more than ${rows.toLocaleString("en")}` : count} rows`;
    }
    case "arrays": return `${look.format}, ${list(look.arrays.map(({ name, dims, element }) => `${name === "" ? "" : `\`${name}\` `}${element} [${dims.join(", ")}]`))}`;
    case "images": return `${look.count.toLocaleString("en")} image${look.count === 1 ? "" : "s"}${look.classes.length === 0 ? "" : ` in ${look.classes.length} classes (${list(look.classes)})`}`;
    case "text": return `text, ${look.bytes.toLocaleString("en")} bytes`;
  }
}

function list(names: readonly string[]): string {
  return names.length <= mostNames ? names.join(", ") : `${names.slice(0, mostNames).join(", ")}, and ${names.length - mostNames} more`;
}

/** Names that `data.inputs` and `data.target` may say, and what each is. */
export function namesOf(look: FileLook): { readonly name: string; readonly about: string }[] {
  if (look.kind === "table") return look.table.columns.map(({ name, texts }) => ({ name, about: texts === null ? "numbers" : "text" }));
  if (look.kind === "arrays") return look.arrays.flatMap(({ name, dims, element }) => (name === "" ? [] : [{ name, about: `${element} [${dims.join(", ")}]` }]));
  return [];
}
