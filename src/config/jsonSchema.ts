import { z } from "zod";
import { trainingFileSchema } from "./schema/trainingFile.js";

/** The training file as a JSON Schema (draft 2020-12), for editors and tools; made from the schema that checks files. */
export function trainingFileJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(trainingFileSchema, { io: "input", unrepresentable: "any" });
  return { ...schema, title: "Descent training file", description: "One training run: what to learn from, the model, the loss, and how to train it." };
}
