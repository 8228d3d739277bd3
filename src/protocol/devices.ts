/** What the jobs `devices`, `plan-cuda` and `install-cuda` give. */
import { z } from "zod";

/** One thing that a device needs. */
export const deviceLinkSchema = z.object({
  name: z.enum(["driver", "gpu", "libraries", "provider", "platform", "adapter", "processor", "runtime"]),
  ok: z.boolean(),
  /** What is there: a version, a name, a size; or the words of what fails. */
  detail: z.string(),
  /** What to do, in a sentence; null where it is in order, or another link has to come first. */
  todo: z.string().nullable(),
});
export type DeviceLink = z.infer<typeof deviceLinkSchema>;

/** A device and whether it can be used; one object of `devices --json`. */
export const deviceSchema = z.object({
  /** `cpu`, `cuda:0`, `webgpu`. */
  id: z.string(),
  usable: z.boolean(),
  /** The first thing that is missing, and what to do, in a sentence or two; null where it is usable. */
  missing: z.string().nullable(),
  driver: z.string().nullable(),
  /** What the machine calls it. */
  name: z.string().nullable(),
  /** Bytes; null: not known. */
  memory: z.number().nullable(),
  free: z.number().nullable(),
  /** In the order in which they are needed. */
  links: z.array(deviceLinkSchema),
});
export type Device = z.infer<typeof deviceSchema>;

export const devicesSchema = z.object({ devices: z.array(deviceSchema) });

/** What installing CUDA support will fetch. */
export const cudaPlanSchema = z.object({
  cuda: z.int(),
  onnxruntime: z.string(),
  folder: z.string(),
  /** To be fetched; empty: everything is there. */
  packages: z.array(z.object({ name: z.string(), version: z.string(), what: z.string(), host: z.string(), download: z.int(), missing: z.int(), unpacked: z.int().nullable(), checked: z.boolean() })),
  /** Names of those that are there already. */
  kept: z.array(z.string()),
  /** Bytes to fetch, bytes on the disk while it is installed at most, bytes free there. */
  download: z.int(), space: z.number(), free: z.number(),
  licence: z.string(),
});
export type CudaPlan = z.infer<typeof cudaPlanSchema>;

/** What was installed. */
export const cudaInstalledSchema = z.object({ cuda: z.int(), folder: z.string(), bytes: z.int(), packages: z.array(z.object({ name: z.string(), version: z.string() })) });
