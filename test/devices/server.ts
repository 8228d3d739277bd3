/** A small index of packages and file server, with the faults of real ones. */
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { zipSync } from "fflate";

export interface ServedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Faults {
  /** Breaks the connection after so many bytes of a body, so many times. */
  breakAfter: number;
  breaks: number;
  /** Sends whole files whatever part is asked for. */
  noRanges: boolean;
}

export interface PackageServer {
  readonly url: string;
  readonly faults: Faults;
  /** `METHOD path range`, in the order in which they came. */
  readonly requests: string[];
  close(): Promise<void>;
}

/**
 * Serves `/simple/<project>/` and `/files/<name>`. `json`: as PEP 691 has it, with sizes; else HTML. `digests`: what the index says of a file
 * instead of its true SHA-256. `password`: `user:password` that every request needs.
 */
export async function startServer(projects: Readonly<Record<string, readonly ServedFile[]>>, { json = false, digests = {}, password = null }: { readonly json?: boolean; readonly digests?: Readonly<Record<string, string>>; readonly password?: string | null } = {}): Promise<PackageServer> {
  const faults: Faults = { breakAfter: 0, breaks: 0, noRanges: false };
  const requests: string[] = [];
  const sha256 = ({ name, bytes }: ServedFile): string => digests[name] ?? createHash("sha256").update(bytes).digest("hex");
  const server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trim());
    if (password !== null && request.headers.authorization !== `Basic ${Buffer.from(password).toString("base64")}`) return void response.writeHead(401).end();
    const [, first, name] = (request.url ?? "").split("/");
    if (first === "simple") {
      const files = projects[name];
      if (files === undefined) return void response.writeHead(404).end();
      if (json) {
        response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
        return void response.end(JSON.stringify({ meta: { "api-version": "1.1" }, name, files: files.map((file) => ({ filename: file.name, url: `../../files/${file.name}`, hashes: { sha256: sha256(file) }, size: file.bytes.length })) }));
      }
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      return void response.end(`<!DOCTYPE html><html><body>${files.map((file) => `<a href="/files/${file.name}#sha256=${sha256(file)}" data-requires-python="&gt;=3">${file.name}</a><br/>`).join("\n")}</body></html>`);
    }
    const file = Object.values(projects).flat().find((each) => each.name === decodeURIComponent(name ?? ""));
    if (first !== "files" || file === undefined) return void response.writeHead(404).end();
    const { length } = file.bytes;
    const range = faults.noRanges ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const [from, to] = range === null ? [0, length] : [Number(range[1]), range[2] === "" ? length : Math.min(Number(range[2]) + 1, length)];
    response.writeHead(range === null ? 200 : 206, { "content-length": to - from, ...(range === null ? {} : { "content-range": `bytes ${from}-${to - 1}/${length}` }) });
    if (request.method === "HEAD") return void response.end();
    // what is read of a directory is short; it is long bodies that break
    if (faults.breaks > 0 && to - from > faults.breakAfter) {
      faults.breaks--;
      return void response.write(file.bytes.subarray(from, from + faults.breakAfter), () => setTimeout(() => response.destroy(), 20));
    }
    response.end(file.bytes.subarray(from, to));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults, requests,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

/** A wheel of these members; written by another library than the one that reads it. */
export function wheel(name: string, members: Readonly<Record<string, Uint8Array>>): ServedFile {
  return { name, bytes: zipSync(members, { level: 6 }) };
}

/** Bytes that compress to about half: each value twice in a row. */
export function noise(length: number, seed: number): Uint8Array {
  let x = seed;
  const next = (): number => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return x >>> 24;
  };
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 2) bytes.fill(next(), i, i + 2);
  return bytes;
}
