// Writes the rules' pages, media/rules/*.md, from src/rules: `node scripts/rulePages.mjs`. A test keeps the two equal.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = await esbuild.build({ entryPoints: [path.join(root, "src/rules/pages.ts")], bundle: true, format: "esm", platform: "neutral", mainFields: ["module", "main"], write: false });
const { rulePages } = await import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString("base64")}`);

const folder = path.join(root, "media", "rules");
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
for (const [page, text] of rulePages()) fs.writeFileSync(path.join(root, ...page.split("/")), text);
