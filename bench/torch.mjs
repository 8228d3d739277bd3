// PyTorch eager as the other side of a comparison: one Python process, driven by lines.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const worker = path.join(path.dirname(fileURLToPath(import.meta.url)), "torchWorker.py");

/**
 * Starts the worker. Resolves with `{ version, seconds(model, threads, steps), close() }`, or with `{ missing }`, a sentence
 * that says why there is no PyTorch here.
 */
export async function startTorch() {
  const python = process.platform === "win32" ? "python" : "python3";
  const child = spawn(python, [worker], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise((resolve) => {
    child.on("error", () => resolve(`there is no ${python} on the path`));
    child.on("exit", (code) => resolve(`${python} ended with code ${code}: is the package torch installed?`));
  });
  const next = async () => {
    const line = await Promise.race([lines.next(), gone.then((reason) => ({ reason }))]);
    if (line.done || line.reason !== undefined) throw new Error(line.reason ?? (await gone));
    const answer = JSON.parse(line.value);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  try {
    const { version } = await next();
    return {
      version,
      async seconds(model, threads, steps, channelsLast = false) {
        child.stdin.write(`${JSON.stringify({ model, threads, steps, channelsLast })}\n`);
        return (await next()).seconds;
      },
      close() {
        child.stdin.end();
      },
    };
  } catch (error) {
    return { missing: `PyTorch was not measured: ${error.message}.` };
  }
}
