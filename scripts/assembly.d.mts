export function buildAssembly(): Promise<string>;
