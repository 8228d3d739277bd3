import { describe, expect, it } from "vitest";
import { z } from "zod";
import { augmentations } from "../../src/engine/augmentations/registry.js";
import type { Kind } from "../../src/engine/defineKind.js";
import { initializers } from "../../src/engine/initializers/registry.js";
import { layers, plannedLayers } from "../../src/engine/layers/registry.js";
import { losses, plannedLosses } from "../../src/engine/losses/registry.js";
import { optimizers, plannedOptimizers } from "../../src/engine/optimizers/registry.js";
import { plannedSchedules, schedules } from "../../src/engine/schedules/registry.js";

const tables: Readonly<Record<string, { readonly kinds: ReadonlyMap<string, Kind>; readonly planned: readonly string[] }>> = {
  layers: { kinds: layers, planned: plannedLayers },
  losses: { kinds: losses, planned: plannedLosses },
  optimizers: { kinds: optimizers, planned: plannedOptimizers },
  augmentations: { kinds: augmentations, planned: [] },
  schedules: { kinds: schedules, planned: plannedSchedules },
  initializers: { kinds: initializers, planned: [] },
};

describe.each(Object.entries(tables))("the table of %s", (name, { kinds, planned }) => {
  it.each([...kinds.values()].map((kind) => [kind.kind, kind] as const))("%s describes itself and every argument", (kindName, kind) => {
    expect(kinds.get(kindName)).toBe(kind);
    expect(kind.summary).toMatch(/\.$/);
    const schema = z.toJSONSchema(kind.arguments, { io: "input" });
    expect(schema.additionalProperties).toBe(false);
    for (const property of Object.values(schema.properties ?? {})) expect((property as { description?: string }).description).toBeTruthy();
    if (kind.main !== undefined) expect(Object.keys(schema.properties ?? {})).toContain(kind.main);
  });

  it.runIf(name !== "layers")("names where each formula comes from", () => {
    expect([...kinds.values()].filter(({ source }) => source === undefined || source === "").map(({ kind }) => kind)).toEqual([]);
  });

  it("plans nothing that is built", () => {
    expect(planned.filter((name) => kinds.has(name))).toEqual([]);
  });
});
