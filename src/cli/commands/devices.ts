import { InvalidArgumentError, Option, type Command } from "commander";
import { DescentError } from "../../common/errors.js";
import { cudaFolder, sizeOnDisk, uninstall } from "../../devices/install/installation.js";
import { gigabytes, noSpace } from "../../devices/install/install.js";
import { cudaInstalledSchema, cudaPlanSchema, devicesSchema, type CudaPlan, type Device } from "../../protocol/devices.js";
import { storageFolder } from "../locations.js";
import { printJson, printLine, printNote } from "../output.js";
import { ProgressLine } from "../progressLine.js";
import { runToEnd } from "../runToEnd.js";

interface InstallFlags {
  readonly cuda?: 13 | 12;
  readonly index?: string;
  readonly plan?: boolean;
  readonly json?: boolean;
}

export function addDevices(program: Command): void {
  const devices = program
    .command("devices")
    .description("what this machine can train on, and what is missing for the rest")
    .option("--json", "print one JSON object a line")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const result = await runToEnd({ job: "devices" }, devicesSchema);
      for (const device of result.devices) {
        if (json) printJson(device);
        else printLine(deviceText(device));
      }
    });
  devices
    .command("install")
    .description("fetch what a device needs: `devices install cuda` is all that an NVIDIA GPU needs beside its driver")
    .argument("<what>", "cuda")
    .addOption(new Option("--cuda <major>", "CUDA's major version, 13 or 12 (for drivers before 580 and GPUs before Turing); default: what driver and GPU take").argParser(cudaMajor))
    .option("--index <address>", "index of Python packages to ask, in place of the one that pip is set to")
    .option("--plan", "only say what would be fetched")
    .option("--json", "print one JSON object a line")
    .action(async (what: string, _: unknown, command: Command) => {
      requireCuda(what);
      await installCuda(command.optsWithGlobals<InstallFlags>());
    });
  devices
    .command("uninstall")
    .description("take away what `devices install` fetched")
    .argument("<what>", "cuda")
    .action((what: string) => {
      requireCuda(what);
      const folder = cudaFolder(storageFolder());
      if (sizeOnDisk(folder) === 0) printLine("CUDA support is not installed.");
      else printLine(`CUDA support was taken away: ${gigabytes(uninstall(folder))} are free again.`);
    });
}

function cudaMajor(text: string): 13 | 12 {
  if (text !== "13" && text !== "12") throw new InvalidArgumentError("13 or 12.");
  return Number(text) as 13 | 12;
}

function requireCuda(what: string): void {
  if (what !== "cuda") throw new DescentError("device-unknown", `There is nothing to install for ${what}: only cuda.`);
}

async function installCuda({ cuda, index, plan: planOnly, json }: InstallFlags): Promise<void> {
  const choice = { storage: storageFolder(), cuda: cuda ?? null, index: index ?? null, proxy: null };
  const plan = await runToEnd({ job: "plan-cuda", ...choice }, cudaPlanSchema);
  if (json) printJson({ event: "plan", ...plan });
  else printPlan(plan);
  if (plan.space > plan.free) throw noSpace(plan);
  if (planOnly) return;
  const line = new ProgressLine(!json && process.stderr.isTTY === true);
  const done = await runToEnd({ job: "install-cuda", ...choice }, cudaInstalledSchema, {
    onProgress: (text, fraction) => {
      if (json) printJson({ event: "progress", text, fraction });
      else line.show(`${fraction === null ? "" : `${Math.floor(100 * fraction)} %  `}${text}`);
    },
  });
  line.clear();
  if (json) return printJson({ event: "installed", ...done });
  printLine(`CUDA ${done.cuda} is installed: ${gigabytes(done.bytes)} in ${done.folder}.`);
  const { devices } = await runToEnd({ job: "devices" }, devicesSchema);
  for (const device of devices.filter(({ id }) => id.startsWith("cuda"))) printLine(deviceText(device));
}

function printPlan({ packages, download, space, free, folder, licence }: CudaPlan): void {
  if (packages.length === 0) return printLine("Everything is there already.");
  const width = Math.max(...packages.map(({ name, version }) => `${name} ${version}`.length));
  for (const { name, version, what, host, download: size, checked } of packages) {
    printLine(`${`${name} ${version}`.padEnd(width)}  ${gigabytes(size).padStart(7)}  ${what}, from ${host || "a folder"}${checked ? "" : " (its index names no checksum)"}`);
  }
  printLine(`${gigabytes(download)} to fetch; ${gigabytes(space)} on the disk while it is installed, ${gigabytes(free)} free at ${folder}.`);
  printNote(`NVIDIA's libraries come under NVIDIA's own licence: ${licence}`);
}

/** A line for the device, and one for each link of what is not usable, or was asked about. */
export function deviceText({ id, usable, name, missing, links }: Device): string {
  const head = usable ? `${id}  usable${name ? `: ${name}` : ""}` : `${id}  not usable. ${missing}`;
  const width = Math.max(...links.map((link) => link.name.length));
  return [head, ...links.map((link) => `  ${link.ok ? "+" : "-"} ${link.name.padEnd(width)}  ${link.detail}`)].join("\n");
}
