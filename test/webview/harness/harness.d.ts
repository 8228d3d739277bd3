declare module "*/serve.mjs" {
  export function serve(entries?: Record<string, string>): Promise<{ address: string; stop(): Promise<void> }>;
}
declare module "*/chromium.mjs" {
  import type { Browser } from "playwright-core";
  export const chromiumPath: string | undefined;
  export function launch(): Promise<Browser>;
}
