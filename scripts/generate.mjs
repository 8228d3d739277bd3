// Generates the TypeScript of the protobuf schemas: src/*/schema/*.proto -> src/*/generated/*_pb.ts. Skipped where nothing is newer.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const schemas = [path.join("src", "engine", "onnx"), path.join("src", "runs")];

/** True where every generated file is newer than the schema it comes from. */
function upToDate(folder) {
  return protoFiles(folder).every((name) => {
    const made = path.join(root, folder, "generated", name.replace(/\.proto$/, "_pb.ts"));
    return fs.existsSync(made) && fs.statSync(made).mtimeMs >= fs.statSync(path.join(root, folder, "schema", name)).mtimeMs;
  });
}

function protoFiles(folder) {
  const schema = path.join(root, folder, "schema");
  return fs.existsSync(schema) ? fs.readdirSync(schema).filter((name) => name.endsWith(".proto")) : [];
}

export function generate() {
  const buf = path.join(path.dirname(require.resolve("@bufbuild/buf/package.json")), "bin", "buf");
  const plugin = path.join(path.dirname(require.resolve("@bufbuild/protoc-gen-es/package.json")), "bin", "protoc-gen-es");
  for (const folder of schemas) {
    if (protoFiles(folder).length === 0 || upToDate(folder)) continue;
    const template = {
      version: "v2",
      plugins: [{ local: [process.execPath, plugin], out: path.join(root, folder, "generated"), opt: ["target=ts", "import_extension=js"] }],
    };
    execFileSync(process.execPath, [buf, "generate", path.join(root, folder, "schema"), "--template", JSON.stringify(template)], { cwd: root, stdio: "inherit" });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate();
