import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findNuget } from "../../../src/devices/index/nuget.js";
import { install } from "../../../src/devices/install/install.js";
import { readInstallation } from "../../../src/devices/install/installation.js";
import { planInstall } from "../../../src/devices/install/plan.js";
import { cudaPackages } from "../../../src/devices/packages.js";
import { usualNetwork } from "../../../src/devices/transfer/http.js";
import { noise, wheel } from "../server.js";

const id = "microsoft.ml.onnxruntime.gpu.linux";
/** As the package lies on the feed: the provider among other platforms' files. */
const nupkg = Buffer.from(wheel("", {
  "runtimes/linux-x64/native/libonnxruntime_providers_cuda.so": noise(70_000, 1), "runtimes/linux-x64/native/libonnxruntime_providers_shared.so": noise(900, 2),
  "runtimes/linux-x64/native/libonnxruntime_providers_tensorrt.so": noise(900, 3), "LICENSE": Buffer.from("MIT"),
}).bytes);
const sha512 = createHash("sha512").update(nupkg).digest();

let server: http.Server;
let feed: string;
let folder: string;
/** What the feed says of the package, by path (NuGet's server API: service index, package content, package metadata). */
let pages: Record<string, unknown>;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-nuget-"));
  server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url!, feed);
    if (pathname === `/flat/${id}/1.30.0/${id}.1.30.0.nupkg`) {
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [null, null, null];
      const part = from === null ? nupkg : nupkg.subarray(Number(from), to === "" ? undefined : Number(to) + 1);
      response.writeHead(from === null ? 200 : 206, { "content-length": part.length, ...(from === null ? {} : { "content-range": `bytes ${from}-${Number(from) + part.length - 1}/${nupkg.length}` }) });
      return void response.end(request.method === "HEAD" ? undefined : part);
    }
    const page = pages[pathname];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  feed = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  pages = {
    "/v3/index.json": { version: "3.0.0", resources: [{ "@id": `${feed}/flat`, "@type": "PackageBaseAddress/3.0.0" }, { "@id": `${feed}/plain/`, "@type": "RegistrationsBaseUrl" }, { "@id": `${feed}/registration/`, "@type": "RegistrationsBaseUrl/3.6.0" }] },
    [`/flat/${id}/index.json`]: { versions: ["1.29.0", "1.30.0"] },
    [`/registration/${id}/1.30.0.json`]: { catalogEntry: `${feed}/catalog/1.30.0.json` },
    "/catalog/1.30.0.json": { packageHash: sha512.toString("base64"), packageHashAlgorithm: "SHA512" },
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  fs.rmSync(folder, { recursive: true, force: true });
});

const find = (version: string) => findNuget(`${feed}/v3/index.json`, "Microsoft.ML.OnnxRuntime.Gpu.Linux", version, usualNetwork);

describe("a NuGet feed", () => {
  it("has the package's address and its digest", async () => {
    expect(await find("1.30.0")).toEqual({ name: `${id}.1.30.0.nupkg`, url: `${feed}/flat/${id}/1.30.0/${id}.1.30.0.nupkg`, sha512: sha512.toString("hex") });
  });

  it("without the version, or without the package, is named", async () => {
    await expect(find("1.31.0")).rejects.toMatchObject({ code: "package-missing", message: expect.stringContaining("127.0.0.1") as string });
    delete pages[`/flat/${id}/index.json`];
    await expect(find("1.30.0")).rejects.toMatchObject({ code: "package-missing" });
  });

  it("that is another kind of server is refused", async () => {
    pages["/v3/index.json"] = { hello: "world" };
    await expect(find("1.30.0")).rejects.toMatchObject({ code: "index-unreadable" });
  });

  it("is where CUDA 12's provider comes from, checked and installed; a wrong checksum is refused", async () => {
    const runtimeFolder = path.join(folder, "package");
    fs.mkdirSync(runtimeFolder);
    fs.writeFileSync(path.join(runtimeFolder, "onnxruntime_binding.node"), "");
    const pip = { indexes: [], findLinks: [], network: usualNetwork };
    const to = path.join(folder, "cuda");
    const packages = cudaPackages[12].filter(({ from }) => from === "nuget");
    const planned = () => planInstall({ cuda: 12, platform: "linux-x64", onnxruntime: "1.30.0", folder: to, pip, packages, feed: `${feed}/v3/index.json` });
    const options = { pip, runtimeFolder, onProgress: () => undefined, patience: 1 };
    const plan = await planned();
    expect(plan.packages).toMatchObject([{ download: nupkg.length, unpacked: 70_900 }]);
    pages["/catalog/1.30.0.json"] = { packageHash: Buffer.alloc(64).toString("base64"), packageHashAlgorithm: "SHA512" };
    await expect(install(await planned(), options)).rejects.toMatchObject({ code: "download-corrupt" });
    expect(readInstallation(to)).toBeNull();
    await install(plan, options);
    expect(readInstallation(to)!.packages).toMatchObject([{ name: "Microsoft.ML.OnnxRuntime.Gpu.Linux", files: [{ name: "libonnxruntime_providers_cuda.so", size: 70_000 }, { name: "libonnxruntime_providers_shared.so", size: 900 }] }]);
  });
});
