export function chromiumPath(): string | null;
export function ensureSystemPackages(options: { withBrowser: boolean }): void;
