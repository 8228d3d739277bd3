/** Which of ONNX Runtime's binaries this process loads: the package's own, or the copy beside the installed CUDA provider, where the library looks for it. */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { cudaFolderVariable, readInstallation, type Installation } from "../../devices/install/installation.js";

/** The provider's library. */
export const providerName = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";

const bindingName = "onnxruntime_binding.node";

/** The folder of onnxruntime-node's own library and binding for this machine. */
export function runtimeFolder(): string {
  return path.join(packageFolder(), "bin", "napi-v6", process.platform, process.arch);
}

/** The version of onnxruntime-node. */
export function runtimeVersion(): string {
  return (JSON.parse(fs.readFileSync(path.join(packageFolder(), "package.json"), "utf8")) as { readonly version: string }).version;
}

function packageFolder(): string {
  return path.join(path.dirname(createRequire(__filename).resolve("onnxruntime-node")), "..");
}

/** The installation that the process which forked this one found; null where there is none. Another runtime's provider stays in it, unused. */
export function installedCuda(): { readonly folder: string; readonly installation: Installation; readonly fits: boolean } | null {
  const folder = process.env[cudaFolderVariable];
  const installation = folder === undefined ? null : readInstallation(folder);
  return folder === undefined || installation === null ? null : { folder, installation, fits: installation.onnxruntime === runtimeVersion() };
}

/** The folder in which this process' runtime finds its CUDA provider; null where there is none. */
export function providerFolder(): string | null {
  // who put it there by hand, or by the package's own script, means it
  if (fs.existsSync(path.join(runtimeFolder(), providerName))) return runtimeFolder();
  const installed = installedCuda();
  if (installed === null || !installed.fits) return null;
  const own = installed.installation.packages.find(({ files }) => files.some(({ name }) => name === providerName));
  const folder = own === undefined ? null : path.join(installed.folder, own.folder);
  return folder !== null && fs.existsSync(path.join(folder, bindingName)) ? folder : null;
}

/**
 * Has the package load the copy of its binding that lies beside the CUDA provider. To be called before the package is loaded; nothing
 * is changed where no provider is installed. The package names its binding by a fixed path, so the loader is told, for this one file.
 */
export function useProviderFolder(): void {
  const folder = providerFolder();
  if (folder === null || folder === runtimeFolder()) return;
  const { extensions } = createRequire(__filename);
  const usual = extensions[".node"]!;
  extensions[".node"] = (module, filename) => {
    if (path.basename(filename) === bindingName) process.dlopen(module, path.toNamespacedPath(path.join(folder, bindingName)));
    else usual(module, filename);
  };
}
