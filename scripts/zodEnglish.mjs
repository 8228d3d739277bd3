/**
 * An esbuild plugin: of zod's fifty translations of its messages only the English ones are bundled. `z` is one object, so that no bundler sees that
 * nobody asks for the others; they were a third of what a panel loads.
 */
export const zodEnglish = {
  name: "zod-english",
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export { default as en } from "./en.js";' }));
  },
};
