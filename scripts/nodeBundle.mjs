import { zodEnglish } from "./zodEnglish.mjs";

/** How esbuild bundles what runs in Node.js. The tests' bundles are made with it too. */
export const nodeBundle = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  plugins: [zodEnglish],
  // a script from V8's compiled code knows `require` alone
  supported: { "dynamic-import": false },
};
