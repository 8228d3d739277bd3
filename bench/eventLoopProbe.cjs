// Loaded into the extension host by NODE_OPTIONS: once a second, the delays of its event loop since the mark file appeared, in milliseconds.
const fs = require("node:fs");
const { monitorEventLoopDelay } = require("node:perf_hooks");

const file = process.env.DESCENT_EVENT_LOOP;
if (file && (process.env.VSCODE_ESM_ENTRYPOINT ?? "").includes("extensionHostProcess")) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let marked = false;
  setInterval(() => {
    if (!marked && fs.existsSync(`${file}.mark`)) {
      marked = true;
      delay.enable();
    } else if (marked) {
      const ms = (ns) => ns / 1e6;
      fs.writeFileSync(file, JSON.stringify({ p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max), count: delay.count }));
    }
  }, 500).unref();
}
