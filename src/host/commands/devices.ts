/** Commands about what this machine can train on. */
import * as vscode from "vscode";
import type { z } from "zod";
import { toDescentError } from "../../common/errors.js";
import { settings } from "../../contributions.js";
import { gigabytes, noSpace } from "../../devices/install/install.js";
import { cudaFolder, sizeOnDisk, uninstall } from "../../devices/install/installation.js";
import { cudaInstalledSchema, cudaPlanSchema, devicesSchema, type CudaPlan, type Device } from "../../protocol/devices.js";
import { runJob, type ShortJob } from "../../runtime/client/runJob.js";
import type { Host } from "../host.js";
import { logLine } from "../log.js";
import { requireTrust } from "../runs/startRun.js";
import { cudaSource } from "../settings.js";

/** Show Devices: each with what it needs, link by link. One that is picked is taken for files that leave the device open, or gets what it lacks. */
export async function showDevices(host: Host): Promise<readonly Device[]> {
  requireTrust();
  const { devices } = await job(host, "Looking at this machine's devices", { job: "devices" }, devicesSchema);
  void pick(host, devices);
  return devices;
}

async function pick(host: Host, devices: readonly Device[]): Promise<void> {
  const items = devices.map((device) => ({
    label: `$(${device.usable ? "pass" : "circle-slash"}) ${device.id}`,
    description: device.name ?? "",
    detail: device.usable ? device.links.map(({ name, detail }) => `${name}: ${detail}`).join(" · ") : (device.missing ?? ""),
    device,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Devices", placeHolder: "Pick one to train on where a file does not say its device, or to see what it lacks", matchOnDescription: true, matchOnDetail: true });
  if (picked === undefined) return;
  const { id, usable, missing, links } = picked.device;
  if (usable) {
    await vscode.workspace.getConfiguration().update(settings.device.key, id.replace(/:0$/, ""), vscode.ConfigurationTarget.Global);
    void vscode.window.showInformationMessage(`Files that do not say their device train on ${id} from now on (the setting ${settings.device.key}).`);
    return;
  }
  const lacksLibraries = links.some(({ name, ok }) => name === "libraries" && !ok);
  const answer = await vscode.window.showWarningMessage(`${id} cannot be used. ${missing}`, ...(lacksLibraries ? ["Install CUDA Support"] : []));
  if (answer !== undefined) await installCuda(host);
}

/** Install CUDA Support: what it takes is said first, then it is fetched; cancelled, it goes on from there the next time. */
export async function installCuda(host: Host): Promise<boolean> {
  requireTrust();
  const choice = { storage: host.storage, cuda: null, ...cudaSource() };
  const plan = await job(host, "Asking what CUDA support takes", { job: "plan-cuda", ...choice }, cudaPlanSchema);
  if (plan.space > plan.free) throw noSpace(plan);
  if (plan.packages.length > 0 && !(await agrees(plan))) return false;
  try {
    const installed = await job(host, "Installing CUDA support", { job: "install-cuda", ...choice }, cudaInstalledSchema);
    host.log.info(`CUDA ${installed.cuda} installed in ${installed.folder}: ${installed.packages.map(({ name, version }) => `${name} ${version}`).join(", ")}`);
  } catch (thrown) {
    if (toDescentError(thrown).code === "cancelled") void vscode.window.showInformationMessage("CUDA support was not installed. What was fetched is kept: Install CUDA Support goes on from there, Remove CUDA Support takes it away.");
    throw thrown;
  }
  host.spare.renew();
  const { devices } = await job(host, "Trying CUDA", { job: "devices" }, devicesSchema);
  const cuda = devices.find(({ id }) => id.startsWith("cuda"));
  if (cuda?.usable) void vscode.window.showInformationMessage(`CUDA ${plan.cuda} is installed: ${cuda.name ?? cuda.id} is ready to train on.`);
  else void vscode.window.showWarningMessage(`CUDA ${plan.cuda} is installed. Before it can be used, this is missing: ${cuda?.missing ?? "a GPU"}`);
  return true;
}

/** Shows sizes, sources and the licence, and asks. */
async function agrees({ cuda, packages, kept, download, space, free, folder, licence }: CudaPlan): Promise<boolean> {
  const lines = packages.map(({ name, version, what, host, download: size, checked }) => `${what}: ${name} ${version}, ${gigabytes(size)} from ${host || "a folder"}${checked ? "" : " (no checksum)"}`);
  const detail = [
    ...lines,
    ...(kept.length > 0 ? [`There already: ${kept.join(", ")}`] : []),
    "",
    `On the disk: ${gigabytes(space)} at most, ${gigabytes(free)} free at ${folder}.`,
    `NVIDIA's libraries come under NVIDIA's own licence: ${licence}`,
  ].join("\n");
  for (;;) {
    const answer = await vscode.window.showInformationMessage(`Fetch ${gigabytes(download)} for CUDA ${cuda}?`, { modal: true, detail }, "Install", "Read the Licence");
    if (answer !== "Read the Licence") return answer === "Install";
    await vscode.env.openExternal(vscode.Uri.parse(licence));
  }
}

/** Remove CUDA Support: asks, and takes away what was fetched. */
export async function removeCuda(host: Host): Promise<void> {
  const folder = cudaFolder(host.storage);
  const bytes = sizeOnDisk(folder);
  if (bytes === 0) return void vscode.window.showInformationMessage("CUDA support is not installed.");
  const answer = await vscode.window.showWarningMessage(`Take CUDA support away? ${gigabytes(bytes)} become free at ${folder}.`, { modal: true }, "Remove");
  if (answer !== "Remove") return;
  uninstall(folder);
  host.spare.renew();
  void vscode.window.showInformationMessage("CUDA support was taken away.");
}

function job<T>(host: Host, title: string, work: ShortJob, schema: z.ZodType<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Descent: ${title}`, cancellable: true }, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    let told = 0;
    const value = await runJob(work, {
      runtimePath: host.runtimePath,
      storage: host.storage,
      signal: controller.signal,
      onProgress: (message, fraction) => {
        progress.report({ message: `${fraction === null ? "" : `${Math.floor(100 * fraction)} % · `}${message}`, ...(fraction === null ? {} : { increment: 100 * Math.max(0, fraction - told) }) });
        told = Math.max(told, fraction ?? 0);
      },
      onLog: (level, text) => logLine(host.log, level, work.job, text),
    });
    return schema.parse(value);
  });
}
