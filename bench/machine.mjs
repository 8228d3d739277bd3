// What a figure was measured on.
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";

const require = createRequire(import.meta.url);

/** One line: processor, cores, memory, system, versions. */
export function describeMachine(torchVersion) {
  const cpus = os.cpus();
  const parts = [
    `${cpus[0].model.trim()}, ${cpus.length} cores${instructionSets()}`,
    `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    `${os.type()} ${os.release()}`,
    `Node ${process.versions.node}`,
    `onnxruntime-node ${JSON.parse(fs.readFileSync(require.resolve("onnxruntime-node/package.json"), "utf8")).version}`,
  ];
  return [...parts, ...(torchVersion === undefined ? [] : [`PyTorch ${torchVersion}`])].join("; ");
}

/** The widest vector instructions, where the system tells. */
function instructionSets() {
  if (!fs.existsSync("/proc/cpuinfo")) return "";
  const flags = fs.readFileSync("/proc/cpuinfo", "utf8");
  for (const [flag, name] of [["avx512f", "AVX-512"], ["avx2", "AVX2"]]) if (flags.includes(flag)) return `, ${name}`;
  return "";
}
