export function ensureCodeServer(options?: { withBrowser?: boolean }): Promise<{ node: string; entry: string }>;
