import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchFile, type Download } from "../../../src/devices/transfer/download.js";
import { open, readText, usualNetwork } from "../../../src/devices/transfer/http.js";
import { noise, startServer, type PackageServer } from "../server.js";

const bytes = noise(200_000, 1);
const sha256 = createHash("sha256").update(bytes).digest("hex");
let server: PackageServer;
let folder: string;
let wanted: Download;

beforeEach(async () => {
  server = await startServer({ big: [{ name: "big.whl", bytes }] });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-download-"));
  wanted = { url: `${server.url}/files/big.whl`, file: path.join(folder, "big.whl"), size: bytes.length, digest: { algorithm: "sha256", hex: sha256 } };
});
afterEach(async () => {
  await server.close();
  fs.rmSync(folder, { recursive: true });
});

const options = { network: usualNetwork, patience: 1 };
const isThere = (): boolean => Buffer.from(bytes).equals(fs.readFileSync(wanted.file));

describe("a download", () => {
  it("goes on by itself where the connection broke, and asks only for the rest", async () => {
    Object.assign(server.faults, { breakAfter: 70_000, breaks: 2 });
    const seen: number[] = [];
    await fetchFile(wanted, { ...options, onBytes: (count) => seen.push(count) });
    expect(isThere()).toBe(true);
    expect(server.requests.filter((line) => line.startsWith("GET"))).toEqual(["GET /files/big.whl", "GET /files/big.whl bytes=70000-", "GET /files/big.whl bytes=140000-"]);
    expect(seen.at(-1)).toBe(bytes.length);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it("goes on in a later call from what an earlier one left", async () => {
    Object.assign(server.faults, { breakAfter: 50_000, breaks: 1 });
    const controller = new AbortController();
    await expect(fetchFile(wanted, { ...options, patience: 60_000, signal: controller.signal, onBytes: (count) => count === 50_000 && setTimeout(() => controller.abort(), 100) })).rejects.toMatchObject({ code: "cancelled" });
    expect(fs.statSync(`${wanted.file}.part`).size).toBe(50_000);
    await fetchFile(wanted, options);
    expect(isThere()).toBe(true);
    expect(server.requests.at(-1)).toBe("GET /files/big.whl bytes=50000-");
  });

  it("is whole from a server that sends whole files only", async () => {
    fs.writeFileSync(`${wanted.file}.part`, bytes.subarray(0, 12_345));
    server.faults.noRanges = true;
    await fetchFile(wanted, options);
    expect(isThere()).toBe(true);
  });

  it("that is not what the index says is refused and removed", async () => {
    await expect(fetchFile({ ...wanted, digest: { algorithm: "sha256", hex: "0".repeat(64) } }, options)).rejects.toMatchObject({ code: "download-corrupt", message: expect.stringContaining(sha256) as string });
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("whose left part was damaged is found out by the digest of the whole", async () => {
    fs.writeFileSync(`${wanted.file}.part`, noise(10_000, 2));
    await expect(fetchFile(wanted, options)).rejects.toMatchObject({ code: "download-corrupt" });
    await fetchFile(wanted, options);
    expect(isThere()).toBe(true);
  });

  it("that cannot be had is given up after some attempts, with what to do", async () => {
    await server.close();
    await expect(fetchFile(wanted, options)).rejects.toMatchObject({ code: "index-unreachable", message: expect.stringContaining("--index") as string });
    server = await startServer({});
    await expect(fetchFile({ ...wanted, url: `${server.url}/files/none.whl` }, options)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("a connection", () => {
  it("that takes longer to come about than Node's own agent waits has the time that is said", async () => {
    const answer = open(`${server.url}/simple/none/`, {}, usualNetwork);
    answer.catch(() => undefined);
    // as on a machine whose cores others hold: nothing of this process goes on before the agent's five seconds are over
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_200);
    await expect(answer).rejects.toMatchObject({ code: "not-found" });
  }, 30_000);
});

describe("a proxy", () => {
  it("is asked for plain addresses, and to connect for secure ones", async () => {
    const asked: string[] = [];
    const proxy = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
      response.end("through the proxy");
    });
    proxy.on("connect", (request, socket: net.Socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const network = { ...usualNetwork, proxy: `http://ada:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    try {
      expect(await readText(await open("http://index.invalid/simple/", {}, network))).toBe("through the proxy");
      await expect(open("https://index.invalid/simple/", {}, network)).rejects.toMatchObject({ code: "index-unreachable", message: expect.stringContaining("403") as string });
      expect(asked).toEqual([`GET http://index.invalid/simple/ Basic ${Buffer.from("ada:secret").toString("base64")}`, "CONNECT index.invalid:443"]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
