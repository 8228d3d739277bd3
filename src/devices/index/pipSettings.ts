/**
 * The index that the user's own pip asks, and how it gets there: pip's configuration files and its PIP_* variables, in pip's order
 * (pip, "Configuration": global, user, site, PIP_CONFIG_FILE, then the environment; of a file the section [install] above [global]).
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { publicIndex } from "../packages.js";
import { usualNetwork, type NetworkSettings } from "../transfer/http.js";

export interface PipSettings {
  /** Indexes to ask, the main one first. Empty with `no-index`. */
  readonly indexes: readonly string[];
  /** Pages or folders with links to wheels. */
  readonly findLinks: readonly string[];
  readonly network: NetworkSettings;
}

/** What is asked about the machine; a test gives its own. */
export interface PipMachine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
  /** A file's text; null where there is none. */
  readonly read: (file: string) => string | null;
}

const thisMachine = (): PipMachine => ({
  env: process.env,
  platform: process.platform,
  home: os.homedir(),
  read: (file) => {
    try {
      return fs.readFileSync(file, "utf8");
    } catch {
      return null;
    }
  },
});

/** The user's settings of pip, or the public index where there are none. `index`: named for this once, in place of pip's. */
export function readPipSettings(index: string | null = null, machine: PipMachine = thisMachine()): PipSettings {
  const values = new Map<string, string>();
  for (const file of configFiles(machine)) {
    const text = machine.read(file);
    if (text === null) continue;
    const sections = parseIni(text);
    for (const section of ["global", "install"]) for (const [key, value] of sections.get(section) ?? []) values.set(key, value);
  }
  for (const [name, value] of Object.entries(machine.env)) {
    if (value !== undefined && value !== "" && name.startsWith("PIP_")) values.set(name.slice(4).toLowerCase().replaceAll("_", "-"), value);
  }
  const list = (key: string): string[] => (values.get(key) ?? "").split(/\s+/).filter((part) => part !== "");
  const isOn = /^(1|true|yes|on)$/i.test(values.get("no-index") ?? "");
  const main = index ?? list("index-url")[0] ?? publicIndex;
  const certificate = values.get("cert") ?? null;
  const seconds = Number(values.get("timeout") ?? values.get("default-timeout"));
  return {
    indexes: index !== null ? [index] : isOn ? [] : [main, ...list("extra-index-url")],
    findLinks: index !== null ? [] : list("find-links").map((link) => (link.includes("://") ? link : fileAddress(link, machine))),
    network: {
      ...usualNetwork,
      certificates: certificate === null ? null : machine.read(expanded(certificate, machine)),
      proxy: values.get("proxy") ?? null,
      ...(seconds > 0 ? { timeout: Math.max(seconds, usualNetwork.timeout) } : {}),
      trustedHosts: new Set(list("trusted-host")),
    },
  };
}

/** In the order in which they are read: later ones win. */
function configFiles({ env, platform, home, read }: PipMachine): readonly string[] {
  const named = env.PIP_CONFIG_FILE;
  if (named === "/dev/null" || named?.toLowerCase() === "nul") return [];
  const join = platform === "win32" ? path.win32.join : path.posix.join;
  const file = platform === "win32" ? "pip.ini" : "pip.conf";
  const config = env.XDG_CONFIG_HOME || join(home, ".config");
  const system = platform === "win32" ? [join(env.ProgramData ?? "C:\\ProgramData", "pip", file)]
    : platform === "darwin" ? [`/Library/Application Support/pip/${file}`]
      : [...(env.XDG_CONFIG_DIRS || "/etc/xdg").split(":").map((folder) => join(folder, "pip", file)), `/etc/${file}`];
  const own = platform === "win32" ? [join(home, "pip", file), join(env.APPDATA ?? join(home, "AppData", "Roaming"), "pip", file)]
    : platform === "darwin" ? [join(home, ".pip", file), join(home, "Library", "Application Support", "pip", file), join(config, "pip", file)]
      : [join(home, ".pip", file), join(config, "pip", file)];
  const site = env.VIRTUAL_ENV ? [join(env.VIRTUAL_ENV, file)] : [];
  // as pip: a file that is named and exists stands in for the user's
  const isNamed = named !== undefined && named !== "" && read(named) !== null;
  return [...system, ...(isNamed ? [] : own), ...site, ...(isNamed ? [named] : [])];
}

/** Sections with their keys, as Python's configparser reads them: `key = value` or `key: value`, indented lines go on with the value before. */
function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let key: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    const pair = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (header) {
      section = sections.get(header[1]) ?? new Map();
      sections.set(header[1], section);
      key = null;
    } else if (/^\s/.test(line) && key !== null) section.set(key, `${section.get(key)} ${line.trim()}`.trim());
    else if (pair) {
      key = pair[1].toLowerCase().replaceAll("_", "-");
      section.set(key, pair[2].trim());
    }
  }
  return sections;
}

function expanded(file: string, { home }: PipMachine): string {
  const bare = file.replace(/^['"]|['"]$/g, "");
  return bare.startsWith("~") ? path.join(home, bare.slice(1)) : bare;
}

function fileAddress(folder: string, machine: PipMachine): string {
  return `file://${encodeURI(path.resolve(expanded(folder, machine)).replaceAll("\\", "/").replace(/^(?!\/)/, "/"))}`;
}
