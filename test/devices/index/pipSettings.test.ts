import { describe, expect, it } from "vitest";
import { readPipSettings, type PipMachine } from "../../../src/devices/index/pipSettings.js";

/** A machine of files and variables. */
function machine(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}, platform = "linux"): PipMachine {
  return { env, platform, home: platform === "win32" ? "C:\\Users\\ada" : "/home/ada", read: (file) => files[file] ?? null };
}

describe("pip's settings", () => {
  it("are the public index where there are none", () => {
    expect(readPipSettings(null, machine({}))).toMatchObject({ indexes: ["https://pypi.org/simple"], findLinks: [], network: { certificates: null, proxy: null } });
  });

  it("come from the files in pip's order, then from the environment", () => {
    const files = {
      "/etc/pip.conf": "[global]\nindex-url = https://system/simple\ntimeout = 90\n",
      "/home/ada/.config/pip/pip.conf": "[global]\nindex-url: https://user/simple\nextra-index-url =\n    https://extra/one\n    https://extra/two\n# a remark\n[install]\ntrusted-host = inside\n",
    };
    expect(readPipSettings(null, machine(files))).toMatchObject({ indexes: ["https://user/simple", "https://extra/one", "https://extra/two"], network: { timeout: 90, trustedHosts: new Set(["inside"]) } });
    expect(readPipSettings(null, machine(files, { PIP_INDEX_URL: "https://env/simple", PIP_EXTRA_INDEX_URL: "https://more/a https://more/b" })).indexes).toEqual(["https://env/simple", "https://more/a", "https://more/b"]);
  });

  it("of [install] stand above those of [global]", () => {
    expect(readPipSettings(null, machine({ "/home/ada/.pip/pip.conf": "[install]\nindex-url = https://b/simple\n[global]\nindex-url = https://a/simple\n" })).indexes).toEqual(["https://b/simple"]);
  });

  it("follow PIP_CONFIG_FILE, which can also switch the files off", () => {
    const files = { "/home/ada/.config/pip/pip.conf": "[global]\nindex-url = https://user/simple\n", "/opt/pip.conf": "[global]\nindex-url = https://named/simple\n" };
    expect(readPipSettings(null, machine(files, { PIP_CONFIG_FILE: "/opt/pip.conf" })).indexes).toEqual(["https://named/simple"]);
    expect(readPipSettings(null, machine(files, { PIP_CONFIG_FILE: "/dev/null" })).indexes).toEqual(["https://pypi.org/simple"]);
  });

  it("are found where Windows keeps them", () => {
    const files = { "C:\\Users\\ada\\AppData\\Roaming\\pip\\pip.ini": "[global]\r\nindex-url = https://windows/simple\r\nproxy = http://proxy:3128\r\n" };
    expect(readPipSettings(null, machine(files, { APPDATA: "C:\\Users\\ada\\AppData\\Roaming" }, "win32"))).toMatchObject({ indexes: ["https://windows/simple"], network: { proxy: "http://proxy:3128" } });
  });

  it("name certificates, folders of wheels, and no index at all", () => {
    const files = { "/home/ada/.config/pip/pip.conf": "[global]\ncert = ~/ca.pem\nno-index = true\nfind-links = /srv/wheels\n", "/home/ada/ca.pem": "PEM" };
    expect(readPipSettings(null, machine(files))).toMatchObject({ indexes: [], findLinks: ["file:///srv/wheels"], network: { certificates: "PEM" } });
  });

  it("give way to an index that is named for this once", () => {
    expect(readPipSettings("https://this/simple", machine({}, { PIP_INDEX_URL: "https://env/simple", PIP_FIND_LINKS: "/srv" }))).toMatchObject({ indexes: ["https://this/simple"], findLinks: [] });
  });
});
