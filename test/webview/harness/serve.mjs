/** Builds the panel with the product's settings and serves it on a page with the host's content policy and a fake host. */
import http from "node:http";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { webBundle } from "../../../scripts/webBundle.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const types = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" };

/** Starts the server; gives its address and how to stop it. Further `entries` (name to path) are bundled and served as `/webview/NAME.js`. */
export async function serve(entries = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-webview-"));
  await esbuild.build({
    ...webBundle, absWorkingDir: root, outdir: folder, tsconfig: path.join(root, "tsconfig.json"), logLevel: "warning",
    entryPoints: { "webview/run": "webview/panels/run/main.ts", "webview/fakeHost": path.join(here, "fakeHost.ts"),
      "webview/search": "webview/panels/search/main.ts", "webview/fakeSearchHost": path.join(here, "fakeSearchHost.ts"), ...entries },
  });
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (pathname === "/") {
      response.setHeader("content-type", "text/html");
      response.end(page(`http://${request.headers.host}`, searchParams.get("page") ?? "run"));
      return;
    }
    const file = path.join(folder, path.normalize(pathname));
    if (!file.startsWith(folder) || !fs.existsSync(file)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("content-type", types[path.extname(file)] ?? "application/octet-stream");
    response.end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The page as the host writes it (webview/README.md), with the fake host before the panel's script. */
function page(source, name) {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-harness'; style-src ${source} 'nonce-harness'; font-src ${source};">
    <meta property="csp-nonce" content="harness">
    <title>Descent run</title>
    <link rel="stylesheet" href="/webview/${name === "search" ? "search" : "run"}.css">
  </head>
  <body>
    ${name === "run" || name === "search" ? `<descent-${name}-panel></descent-${name}-panel>` : ""}
    <script nonce="harness" src="/webview/${name === "search" ? "fakeSearchHost" : "fakeHost"}.js"></script>
    <script nonce="harness" src="/webview/${name}.js"></script>
  </body>
</html>`;
}
