/** Files of a project on an index of Python packages, as HTML (PEP 503) or JSON (PEP 691), or in a folder of wheels. */
import { DescentError } from "../../common/errors.js";
import { open, readText, type NetworkSettings } from "../transfer/http.js";
import { normalisedName } from "./versions.js";

export interface IndexedFile {
  readonly name: string;
  readonly url: string;
  /** Hexadecimal digits; null where the index names none. */
  readonly sha256: string | null;
  /** Bytes, where the index says so. */
  readonly size: number | null;
}

const accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/** Files of a project that were not withdrawn, in the index's order. An index without the project gives none. Throws what `open` throws but `not-found`. */
export async function listProject(index: string, project: string, network: NetworkSettings, signal?: AbortSignal): Promise<readonly IndexedFile[]> {
  return listPage(`${index.replace(/\/+$/, "")}/${normalisedName(project)}/`, network, signal);
}

/** Files that a page or a folder links to. */
export async function listPage(address: string, network: NetworkSettings, signal?: AbortSignal): Promise<readonly IndexedFile[]> {
  try {
    const answer = await open(address, { accept, ...(signal ? { signal } : {}) }, network);
    const text = await readText(answer);
    const files = answer.contentType.includes("json") ? parseJson(text, answer.url) : parseHtml(text, answer.url);
    // a private index has its credentials in its address, and its files want them too
    const { username, password, host } = new URL(address);
    return username === "" ? files : files.map(({ name, url, sha256, size }) => ({ name, url: withCredentials(url, { username, password, host }), sha256, size }));
  } catch (thrown) {
    if (thrown instanceof DescentError && thrown.code === "not-found") return [];
    throw thrown;
  }
}

/** PEP 691, and the sizes of PEP 700. */
export function parseJson(text: string, base: string): readonly IndexedFile[] {
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch (thrown) {
    throw new DescentError("index-unreadable", `${new URL(base).host} does not answer as an index of packages does.`, {}, { cause: thrown });
  }
  const { files } = page as { readonly files?: unknown };
  if (!Array.isArray(files)) throw new DescentError("index-unreadable", `${new URL(base).host} does not answer as an index of packages does.`);
  return (files as readonly JsonFile[])
    .filter(({ filename, url, yanked }) => typeof filename === "string" && typeof url === "string" && (yanked === undefined || yanked === false))
    .map(({ filename, url, hashes, size }) => ({ name: filename, url: new URL(url, base).href, sha256: hashes?.sha256 ?? null, size: typeof size === "number" ? size : null }));
}

interface JsonFile {
  readonly filename: string;
  readonly url: string;
  readonly hashes?: Readonly<Record<string, string>>;
  readonly size?: number;
  /** A reason, or true: withdrawn. */
  readonly yanked?: boolean | string;
}

/** PEP 503: one anchor a file, the digest in the link's fragment; PEP 592: withdrawn files say so. */
export function parseHtml(text: string, base: string): readonly IndexedFile[] {
  const files: IndexedFile[] = [];
  for (const [, attributes, words] of text.matchAll(/<a\s([^>]*)>([\s\S]*?)<\/a\s*>/gi)) {
    const href = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
    if (href === null || /(?:^|\s)data-yanked(?:\s|=|$)/i.test(attributes)) continue;
    const url = new URL(unescaped(href[1] ?? href[2]), base);
    const sha256 = /sha256=([0-9a-f]{64})/i.exec(url.hash)?.[1] ?? null;
    url.hash = "";
    const fromPath = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
    files.push({ name: fromPath === "" ? unescaped(words.trim()) : fromPath, url: url.href, sha256, size: null });
  }
  return files;
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: "\"" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot));/gi, (_, decimal: string | undefined, hex: string | undefined, name: string) =>
    decimal !== undefined ? String.fromCodePoint(Number(decimal)) : hex !== undefined ? String.fromCodePoint(Number.parseInt(hex, 16)) : named[name.toLowerCase()]);
}

function withCredentials(address: string, { username, password, host }: { readonly username: string; readonly password: string; readonly host: string }): string {
  const url = new URL(address);
  if (url.host === host && url.username === "") [url.username, url.password] = [username, password];
  return url.href;
}
