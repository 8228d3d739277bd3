import type { Command } from "commander";
import { DescentError } from "../../common/errors.js";

/** Commands of the command line's page that are not built yet: refused by a code of their own, so that nobody looks for a typing error. */
const planned = ["project"];

export function addPlanned(program: Command): void {
  for (const name of planned) {
    program
      .command(name, { hidden: true })
      .argument("[arguments...]")
      .allowUnknownOption()
      .action(() => {
        throw new DescentError("not-supported-yet", `descent ${name} is not supported yet.`);
      });
  }
}
