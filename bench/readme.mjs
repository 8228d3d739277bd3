// Writes measured tables into the benchmarks' pages, each between its own pair of markers.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const readme = path.join(path.dirname(fileURLToPath(import.meta.url)), "README.md");

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` of a page. Throws where the page lacks them. */
export function writeSection(name, markdown, file = readme) {
  const page = fs.readFileSync(file, "utf8");
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path.basename(path.dirname(file))}/README.md has no section ${name}`);
  fs.writeFileSync(file, `${page.slice(0, from + start.length)}\n${markdown.trim()}\n${page.slice(to)}`);
}

/** Rows as a Markdown table; the first row is the heading, the first column is text, the others are figures. */
export function markdownTable([heading, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(heading), line(heading.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
