import type { Command } from "commander";
import { z } from "zod";
import { DescentError } from "../../common/errors.js";
import { printJson, printLine } from "../output.js";
import { runToEnd } from "../runToEnd.js";

const deviceSchema = z.object({ id: z.string(), usable: z.boolean(), missing: z.string().nullable(), driver: z.string().nullable(), name: z.string().nullable() });
type Device = z.infer<typeof deviceSchema>;

export function addDevices(program: Command): void {
  const devices = program
    .command("devices")
    .description("what this machine can train on, and what is missing for the rest")
    .option("--json", "print one JSON object a line")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const result = await runToEnd({ job: "devices" }, z.object({ devices: z.array(deviceSchema) }));
      for (const device of result.devices) {
        if (json) printJson(device);
        else printLine(deviceText(device));
      }
    });
  devices.command("install", { hidden: true }).argument("<what>").action((what: string) => {
    throw new DescentError("not-supported-yet", `descent devices install ${what} is not supported yet.`);
  });
}

function deviceText({ id, usable, name, missing }: Device): string {
  return usable ? `${id}  usable${name ? `: ${name}` : ""}` : `${id}  not usable: ${missing}`;
}
