import { expect, it } from "vitest";
import { trainingFileJsonSchema } from "../../src/config/jsonSchema.js";
import { layers } from "../../src/engine/layers/registry.js";

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly anyOf?: Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly required?: string[];
  readonly enum?: string[];
  readonly $defs?: Record<string, Schema>;
  readonly additionalProperties?: boolean;
}
const schema = trainingFileJsonSchema() as Schema;

it("requires data and model and refuses other keys", () => {
  expect(schema.required).toEqual(["data", "model"]);
  expect(schema.additionalProperties).toBe(false);
  expect(Object.keys(schema.properties ?? {})).toEqual(expect.arrayContaining(["data", "model", "loss", "optimizer", "training", "seed"]));
  for (const [key, value] of Object.entries(schema.properties ?? {})) expect(value.description, key).toBeTruthy();
});

it("has each layer in its short form and its long one", () => {
  expect(schema.properties?.model.anyOf?.[0].items).toEqual({ $ref: "#/$defs/layer" });
  const layer = schema.$defs?.layer;
  const [bare, long] = layer?.anyOf ?? [];
  expect(bare.enum).toContain("flatten");
  expect(bare.enum).not.toContain("dense");
  expect(Object.keys(long.properties ?? {}).sort()).toEqual([...layers.keys(), "name"].sort());
  const forms = long.properties?.dense.anyOf;
  expect(forms?.[0]).toMatchObject({ type: "integer" });
  expect(forms?.[1].properties).toHaveProperty("activation");
});

it("is plain JSON", () => expect(JSON.parse(JSON.stringify(schema))).toEqual(schema));

/** Paths of properties without a description, in the schema and all that it holds. */
function silent(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => silent(entry, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const { properties } = value as Schema;
  const missing = Object.entries(properties ?? {}).filter(([, property]) => !property.description).map(([key]) => `${path}.${key}`);
  return [...missing, ...Object.entries(value).flatMap(([key, entry]) => silent(entry, `${path}.${key}`))];
}

it("describes every key at every depth", () => {
  expect(silent({ anyOf: [{ properties: { a: { description: "A." }, b: {} } }] }, "")).toEqual([".anyOf[0].b"]);
  expect(silent(schema, "")).toEqual([]);
});
