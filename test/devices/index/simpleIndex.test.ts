import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { listPage, listProject, parseHtml, parseJson } from "../../../src/devices/index/simpleIndex.js";
import { usualNetwork } from "../../../src/devices/transfer/http.js";
import { startServer, wheel } from "../server.js";

const digest = "a".repeat(64);

describe("an index", () => {
  it("in HTML has a link a file, with its digest; withdrawn files are left out", () => {
    const page = `<html><body>
      <a href="../../packages/a/b/pkg-1.0-py3-none-any.whl#sha256=${digest}" data-requires-python="&gt;=3">pkg-1.0-py3-none-any.whl</a><br/>
      <a data-yanked="broken" href="pkg-2.0-py3-none-any.whl">pkg-2.0-py3-none-any.whl</a>
      <a href='https://cdn.example/x%2Bcpu-3.0.whl?sig=1&amp;t=2'>x</a></body></html>`;
    expect(parseHtml(page, "https://index.example/simple/pkg/")).toEqual([
      { name: "pkg-1.0-py3-none-any.whl", url: "https://index.example/packages/a/b/pkg-1.0-py3-none-any.whl", sha256: digest, size: null },
      { name: "x+cpu-3.0.whl", url: "https://cdn.example/x%2Bcpu-3.0.whl?sig=1&t=2", sha256: null, size: null },
    ]);
  });

  it("in JSON has sizes too", () => {
    const page = JSON.stringify({ files: [{ filename: "p-1.whl", url: "/f/p-1.whl", hashes: { sha256: digest }, size: 12, yanked: false }, { filename: "p-2.whl", url: "/f/p-2.whl", hashes: {}, yanked: "oops" }] });
    expect(parseJson(page, "https://index.example/simple/p/")).toEqual([{ name: "p-1.whl", url: "https://index.example/f/p-1.whl", sha256: digest, size: 12 }]);
    expect(() => parseJson("<html>", "https://index.example/simple/p/")).toThrow("does not answer as an index");
  });

  it("wants its credentials for its files too, and does not tell them", async () => {
    const server = await startServer({ pkg: [wheel("pkg-1.0-py3-none-any.whl", { a: Uint8Array.of(1) })] }, { password: "ada:secret" });
    try {
      const index = `${server.url.replace("//", "//ada:secret@")}/simple`;
      const [file] = await listProject(index, "PKG", usualNetwork);
      expect(new URL(file.url).username).toBe("ada");
      await expect(listProject(`${server.url.replace("//", "//ada:wrong@")}/simple`, "pkg", usualNetwork)).rejects.toMatchObject({ code: "download-refused", message: expect.not.stringContaining("wrong") as string });
      expect(await listProject(index, "other", usualNetwork)).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it("that does not answer is named", async () => {
    const server = await startServer({});
    await server.close();
    await expect(listProject(`${server.url}/simple`, "pkg", usualNetwork)).rejects.toMatchObject({ code: "index-unreachable", message: expect.stringContaining("127.0.0.1") as string });
  });
});

describe("a folder of wheels", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-wheels-"));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it("is as good", async () => {
    fs.writeFileSync(path.join(folder, "pkg-1.0-py3-none-any.whl"), "x");
    expect(await listPage(pathToFileURL(folder).href, usualNetwork)).toEqual([{ name: "pkg-1.0-py3-none-any.whl", url: pathToFileURL(path.join(folder, "pkg-1.0-py3-none-any.whl")).href, sha256: null, size: null }]);
  });
});
