/** A package of a NuGet feed (NuGet Server API v3): where it lies, and its checksum. */
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { open, readText, type NetworkSettings } from "../transfer/http.js";

export interface NugetPackage {
  readonly name: string;
  readonly url: string;
  /** Hexadecimal digits; null where the feed names none. */
  readonly sha512: string | null;
}

const serviceSchema = z.object({ resources: z.array(z.object({ "@id": z.string(), "@type": z.string() })) });
const leafSchema = z.object({ catalogEntry: z.union([z.string(), z.object({ "@id": z.string() })]) });
const entrySchema = z.object({ packageHash: z.string(), packageHashAlgorithm: z.string() });
const versionsSchema = z.object({ versions: z.array(z.string()) });

/** Throws `package-missing` where the feed has no such version, `index-unreadable` where it answers otherwise, and what `open` throws. */
export async function findNuget(feed: string, name: string, version: string, network: NetworkSettings, signal?: AbortSignal): Promise<NugetPackage> {
  const read = async <T>(address: string, schema: z.ZodType<T>): Promise<T> => {
    const text = await readText(await open(address, signal ? { signal } : {}, network));
    try {
      return schema.parse(JSON.parse(text));
    } catch (thrown) {
      throw new DescentError("index-unreadable", `${new URL(address).host} does not answer as a NuGet feed does.`, {}, { cause: thrown });
    }
  };
  const { resources } = await read(feed, serviceSchema);
  const resource = (type: string): string | null => resources.find((each) => each["@type"] === type || each["@type"].startsWith(`${type}/`))?.["@id"].replace(/\/*$/, "/") ?? null;
  const base = resource("PackageBaseAddress");
  if (base === null) throw new DescentError("index-unreadable", `The NuGet feed ${new URL(feed).host} names no place of its packages.`);
  const id = name.toLowerCase();
  const known = await read(`${base}${id}/index.json`, versionsSchema).catch((thrown: unknown) => {
    if (thrown instanceof DescentError && thrown.code === "not-found") return { versions: [] as string[] };
    throw thrown;
  });
  if (!known.versions.includes(version)) throw new DescentError("package-missing", `The NuGet feed ${new URL(feed).host} has no ${name} ${version}, which is ONNX Runtime's version here.`);
  const registrations = resource("RegistrationsBaseUrl/3.6.0") ?? resource("RegistrationsBaseUrl");
  let sha512: string | null = null;
  if (registrations !== null) {
    const { catalogEntry } = await read(`${registrations}${id}/${version}.json`, leafSchema);
    const entry = await read(typeof catalogEntry === "string" ? catalogEntry : catalogEntry["@id"], entrySchema);
    if (entry.packageHashAlgorithm.toUpperCase() === "SHA512") sha512 = Buffer.from(entry.packageHash, "base64").toString("hex");
  }
  return { name: `${id}.${version}.nupkg`, url: `${base}${id}/${version}/${id}.${version}.nupkg`, sha512 };
}
