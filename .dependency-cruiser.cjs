/** Who may import whom: the layers of the product (see README, "Layout"). The build's check fails when one is crossed. */
const layers = {
  common: [],
  protocol: ["common"],
  engine: ["common"],
  config: ["engine", "protocol", "common"],
  rules: ["config", "protocol", "engine", "common"],
  files: ["engine", "common"],
  devices: ["common"],
  runs: ["protocol", "common", "engine"],
  logs: ["runs", "rules", "config", "protocol", "engine", "common"],
  comparison: ["logs", "runs", "config", "engine", "protocol", "common"],
  report: ["comparison", "logs", "rules", "runs", "config", "engine", "protocol", "common"],
  runtime: ["engine", "devices", "files", "runs", "protocol", "config", "rules", "common"],
  trials: ["engine", "config", "rules", "runs", "protocol", "runtime/client", "common"],
  cluster: ["trials", "config", "runs", "protocol", "common"],
  cli: ["engine", "devices", "config", "rules", "files", "runs", "logs", "comparison", "report", "protocol", "runtime/client", "trials", "cluster", "common"],
  host: ["engine", "devices", "config", "rules", "files", "runs", "logs", "comparison", "report", "protocol", "runtime/client", "trials", "cluster", "common", "contributions"],
};
module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([layer, allowed]) => ({
      name: `${layer}-imports`,
      severity: "error",
      from: { path: `^src/${layer}/` },
      to: { path: "^(src|webview)/", pathNot: [layer, ...allowed].map((name) => `^src/${name}(/|\\.ts$)`) },
    })),
    { name: "webview-imports", severity: "error", from: { path: "^webview/" }, to: { path: "^src/", pathNot: "^src/(protocol|common)/" } },
    { name: "engine-is-pure", severity: "error", comment: "no Node, no editor, no runtime in the engine", from: { path: "^src/engine/" }, to: { dependencyTypes: ["core"] } },
    { name: "engine-knows-no-runtime", severity: "error", from: { path: "^src/engine/" }, to: { path: "node_modules/(onnxruntime|vscode)" } },
    { name: "only-runtime-loads-onnxruntime", severity: "error", from: { path: "^src/", pathNot: "^src/runtime/" }, to: { path: "node_modules/onnxruntime-node" } },
    { name: "only-host-imports-vscode", severity: "error", from: { path: "^(src|webview)/", pathNot: "^src/(host/|extension\\.ts|contributions\\.ts)" }, to: { path: "^vscode$" } },
    { name: "webview-has-no-node", severity: "error", from: { path: "^webview/" }, to: { dependencyTypes: ["core"] } },
    { name: "toolkit-in-controls-only", severity: "error", from: { path: "^webview/", pathNot: "^webview/controls/" }, to: { path: "node_modules/@vscode/webview-ui-toolkit" } },
    { name: "charts-know-no-panel", severity: "error", from: { path: "^webview/charts/" }, to: { path: "^webview/panels/" } },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
  ],
  options: { doNotFollow: { path: "node_modules" }, tsPreCompilationDeps: true, tsConfig: { fileName: "tsconfig.json" }, enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] } },
};
