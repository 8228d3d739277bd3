import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { extractMember, readAtFile, readDirectory } from "../../../src/devices/transfer/zip.js";
import { noise } from "../server.js";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descent-zip-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const members = { "nvidia/lib/libbig.so.13": noise(300_000, 3), "empty": new Uint8Array(0) };
const archive = path.join(folder, "a.whl");
fs.writeFileSync(archive, zipSync({ ...members, "stored.txt": [Buffer.from("as it is"), { level: 0 }] }, { comment: "x".repeat(300) }));

describe("an archive", () => {
  it("has its members as they were put in", async () => {
    const directory = await readDirectory(readAtFile(archive), fs.statSync(archive).size);
    expect(directory.map(({ path: at, method, size }) => [at, method, size])).toEqual([["nvidia/lib/libbig.so.13", "deflated", 300_000], ["empty", expect.any(String), 0], ["stored.txt", "stored", 8]]);
    for (const member of directory) await extractMember(archive, member, path.join(folder, path.basename(member.path)));
    expect(Buffer.from(members["nvidia/lib/libbig.so.13"]).equals(fs.readFileSync(path.join(folder, "libbig.so.13")))).toBe(true);
    expect(fs.readFileSync(path.join(folder, "stored.txt"), "utf8")).toBe("as it is");
    expect(fs.statSync(path.join(folder, "empty")).size).toBe(0);
  });

  it("that was damaged is refused", async () => {
    const damaged = path.join(folder, "b.whl");
    const bytes = fs.readFileSync(archive);
    bytes[5000] ^= 0xff;
    fs.writeFileSync(damaged, bytes);
    const [member] = await readDirectory(readAtFile(damaged), bytes.length);
    await expect(extractMember(damaged, member, path.join(folder, "out"))).rejects.toMatchObject({ code: "archive-broken" });
    await expect(readDirectory(() => Promise.resolve(Buffer.from("<html>no zip</html>")), 19)).rejects.toMatchObject({ code: "archive-broken" });
  });
});
