// Writes package.json's part for the editor from src/contributions.ts: `node scripts/contributes.mjs`.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = await esbuild.build({ entryPoints: [path.join(root, "src/contributions.ts")], bundle: true, format: "esm", write: false });
const { activationEvents, capabilities, contributes } = await import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString("base64")}`);

const file = path.join(root, "package.json");
const manifest = JSON.parse(fs.readFileSync(file, "utf8"));
Object.assign(manifest, { activationEvents, capabilities, contributes: contributes() });
fs.writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
