import type { Command } from "commander";
import { trainingFileJsonSchema } from "../../config/jsonSchema.js";
import { printLine } from "../output.js";

export function addSchema(program: Command): void {
  program
    .command("schema")
    .description("the training file's JSON Schema")
    .action(() => printLine(JSON.stringify(trainingFileJsonSchema(), null, 2)));
}
