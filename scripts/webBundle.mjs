import { zodEnglish } from "./zodEnglish.mjs";

/** How esbuild bundles what runs in a webview: one script, one style sheet, and the icon font beside them. The tests' pages are made with it too. */
export const webBundle = {
  bundle: true,
  platform: "browser",
  target: "chrome120",
  format: "iife",
  loader: { ".ttf": "file" },
  assetNames: "webview/[name]",
  plugins: [zodEnglish],
};
