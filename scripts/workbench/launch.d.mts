export interface Workbench {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly ended: Promise<unknown>;
  log(): string;
  stop(): Promise<void>;
}
export function freePort(): Promise<number>;
export function launchWorkbench(options: {
  server: { node: string; entry: string };
  state: string;
  extension?: string | null;
  port?: number | null;
  environment?: Readonly<Record<string, string>>;
  settings?: Readonly<Record<string, unknown>>;
  smokeTest?: boolean;
  trust?: boolean;
}): Promise<Workbench>;
