/**
 * Reads addresses (http, https, file) with what a user's network asks for: a proxy, a certificate, a password in the address. Of our own
 * rather than `fetch`, which knows none of them in the Node.js versions that we run on.
 */
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import tls from "node:tls";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DescentError } from "../../common/errors.js";

export interface NetworkSettings {
  /** PEM of certificates to trust beside the usual ones; null: none. */
  readonly certificates: string | null;
  /** Address of a proxy; null: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
  readonly proxy: string | null;
  /** Seconds without a byte after which a connection is given up. */
  readonly timeout: number;
  /** Hosts whose certificates are not asked for, `host` or `host:port`. */
  readonly trustedHosts: ReadonlySet<string>;
}

export const usualNetwork: NetworkSettings = { certificates: null, proxy: null, timeout: 30, trustedHosts: new Set() };

export interface Answer {
  /** 200, or 206 where a part was asked for and given. */
  readonly status: number;
  /** Bytes of the body that follow; null: not said. */
  readonly length: number | null;
  /** Bytes of the whole; null: not said. */
  readonly total: number | null;
  readonly contentType: string;
  /** Where redirects ended. */
  readonly url: string;
  readonly body: Readable;
}

interface Wanted {
  readonly method?: "GET" | "HEAD";
  readonly accept?: string;
  /** First byte, and the last or to the end. */
  readonly range?: readonly [number, number | null];
  readonly signal?: AbortSignal;
}

const mostRedirects = 8;

/**
 * Opens an address. Throws `not-found` (404, 410, a missing file), `download-refused` (any other status but 200 and 206), or
 * `index-unreachable` (no connection, no answer in time), each naming the host and never a password.
 */
export async function open(address: string, wanted: Wanted, network: NetworkSettings): Promise<Answer> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    if (url.protocol === "file:") return openFile(url, wanted);
    const response = await request(url, wanted, network);
    const { statusCode: status = 0, headers } = response;
    if ([301, 302, 303, 307, 308].includes(status) && headers.location !== undefined) {
      response.resume();
      url = new URL(headers.location, url);
      continue;
    }
    if (status !== 200 && status !== 206) {
      response.resume();
      if (status === 404 || status === 410) throw new DescentError("not-found", `${shown(url)} is not there (${status}).`);
      throw new DescentError("download-refused", `${shown(url)} was refused: ${status} ${response.statusMessage ?? ""}.${status === 401 || status === 403 ? " The index may want a name and a password: write them into pip's index-url." : ""}`);
    }
    const length = headers["content-length"] === undefined ? null : Number(headers["content-length"]);
    const ranged = /\/(\d+)$/.exec(headers["content-range"] ?? "");
    return { status, length, total: ranged ? Number(ranged[1]) : status === 200 ? length : null, contentType: headers["content-type"] ?? "", url: url.href, body: response };
  }
  throw new DescentError("download-refused", `${shown(new URL(address))} redirects without an end.`);
}

/** The whole body. Throws `index-unreachable` where the connection breaks. */
export async function readBytes(answer: Answer): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const part of answer.body) parts.push(part as Buffer);
  } catch (thrown) {
    throw unreachable(new URL(answer.url), thrown as Error);
  }
  return Buffer.concat(parts);
}

/** The whole body as text. */
export async function readText(answer: Answer): Promise<string> {
  return (await readBytes(answer)).toString("utf8");
}

/** An address as it may be shown and logged: without name and password. */
export function shown(url: URL): string {
  const bare = new URL(url.href);
  [bare.username, bare.password, bare.hash] = ["", "", ""];
  return bare.href;
}

function openFile(url: URL, { range }: Wanted): Answer {
  let file = fileURLToPath(url);
  try {
    if (fs.statSync(file).isDirectory()) return openFolder(file);
    const { size } = fs.statSync(file);
    const [first, last] = range ?? [0, null];
    const end = Math.min(last ?? size - 1, size - 1);
    const body = first > end ? Readable.from([]) : fs.createReadStream(file, { start: first, end });
    return { status: range ? 206 : 200, length: Math.max(0, end - first + 1), total: size, contentType: file.endsWith(".json") ? "application/json" : "text/html", url: url.href, body };
  } catch (thrown) {
    file = shown(url);
    throw new DescentError("not-found", `${file} is not there.`, {}, { cause: thrown });
  }
}

/** A folder is its index.html, or else a page of links to its files: so pip reads `find-links`. */
function openFolder(folder: string): Answer {
  const base = `${pathToFileURL(folder).href.replace(/\/$/, "")}/`;
  if (fs.existsSync(fileURLToPath(`${base}index.html`))) return openFile(new URL("index.html", base), {});
  const page = fs.readdirSync(folder).map((name) => `<a href="${encodeURIComponent(name)}">${name}</a>`).join("\n");
  return { status: 200, length: null, total: null, contentType: "text/html", url: base, body: Readable.from([Buffer.from(page)]) };
}

function request(url: URL, wanted: Wanted, network: NetworkSettings): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (thrown: Error): void => reject(wanted.signal?.aborted ? new DescentError("cancelled", "Cancelled.") : unreachable(url, thrown));
    const headers: Record<string, string> = {
      "user-agent": "descent",
      "accept-encoding": "identity",
      ...(wanted.accept === undefined ? {} : { accept: wanted.accept }),
      ...(wanted.range === undefined ? {} : { range: `bytes=${wanted.range[0]}-${wanted.range[1] ?? ""}` }),
      ...(url.username === "" ? {} : { authorization: basic(url) }),
    };
    const isSecure = url.protocol === "https:";
    const trust = isSecure ? { rejectUnauthorized: !(network.trustedHosts.has(url.hostname) || network.trustedHosts.has(url.host)), ...(network.certificates === null ? {} : { ca: [...tls.rootCertificates, network.certificates] }) } : {};
    const send = (through: Partial<https.RequestOptions>, path: string): void => {
      const options: https.RequestOptions = {
        // here, and not set later: else Node's own agent gives up connecting after 5 s
        timeout: 1000 * network.timeout,
        method: wanted.method ?? "GET", headers: { ...headers, host: url.host }, host: url.hostname, port: url.port || (isSecure ? 443 : 80), path,
        ...(wanted.signal ? { signal: wanted.signal } : {}), ...trust, ...through,
      };
      const sent = (isSecure ? https : http).request(options, resolve);
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${network.timeout} s`)));
      sent.on("error", fail);
      sent.end();
    };
    const path = `${url.pathname}${url.search}`;
    const proxy = proxyFor(url, network);
    if (proxy === null) return send({}, path);
    const credentials: Record<string, string> = proxy.username === "" ? {} : { "proxy-authorization": basic(proxy) };
    const at = { host: proxy.hostname, port: proxy.port || 80 };
    if (!isSecure) return send({ ...at, headers: { ...headers, ...credentials, host: url.host } }, url.href);
    const target = `${url.hostname}:${url.port || 443}`;
    const tunnel = http.request({ ...at, method: "CONNECT", path: target, timeout: 1000 * network.timeout, headers: { host: target, ...credentials } });
    tunnel.on("timeout", () => tunnel.destroy(new Error(`the proxy gives no answer within ${network.timeout} s`)));
    tunnel.once("connect", ({ statusCode }, socket) => {
      if (statusCode !== 200) return fail(new Error(`the proxy ${proxy.host} refuses (${statusCode})`));
      send({ createConnection: () => tls.connect({ socket, servername: url.hostname, ...trust }), agent: false }, path);
    });
    tunnel.on("error", fail);
    tunnel.end();
  });
}

function unreachable(url: URL, thrown: Error): DescentError {
  const { code } = thrown as NodeJS.ErrnoException;
  const why = code === "ENOTFOUND" || code === "EAI_AGAIN" ? "its name is not known to this network" : thrown.message || code || "no connection";
  return new DescentError("index-unreachable", `${url.host} cannot be reached: ${why}. Name an index that can, with --index, PIP_INDEX_URL or pip's configuration, or a proxy with HTTPS_PROXY.`, {}, { cause: thrown });
}

function basic({ username, password }: URL): string {
  return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;
}

/** The proxy for an address: the one set, or the environment's; null: none. */
function proxyFor(url: URL, { proxy }: NetworkSettings): URL | null {
  const env = (name: string): string => process.env[name] ?? process.env[name.toLowerCase()] ?? "";
  const exempt = env("NO_PROXY").split(/[\s,]+/).filter((part) => part !== "");
  const bare = (part: string): string => part.replace(/^\*?\./, "");
  if (exempt.some((part) => part === "*" || url.host === part || url.hostname === bare(part) || url.hostname.endsWith(`.${bare(part)}`))) return null;
  const named = proxy ?? (url.protocol === "https:" ? env("HTTPS_PROXY") : env("HTTP_PROXY")) ?? "";
  if (named === "") return null;
  return new URL(named.includes("://") ? named : `http://${named}`);
}
