import { type HostMessage, hostMessageSchema, type PanelMessage } from "../../../src/protocol/panel.js";

/** What VS Code gives a webview to talk to its host. */
interface VsCodeApi {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The host as the panel sees it. */
export interface Host {
  send(message: PanelMessage): void;
  /** What survives the panel being hidden and the window reloading. */
  keep(state: { folder: string | null }): void;
}

/** Connects to the host and hands each message that fits the protocol to `receive`; others are reported and dropped. */
export function connect(receive: (message: HostMessage) => void): Host {
  const api = acquireVsCodeApi();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not the window's
  const send = (message: PanelMessage) => api.postMessage(message);
  window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const parsed = hostMessageSchema.safeParse(data);
    if (parsed.success) receive(parsed.data);
    else send({ message: "error", text: `a message to the panel does not fit its protocol: ${parsed.error.message}` });
  });
  window.addEventListener("error", (event) => send({ message: "error", text: event.message }));
  window.addEventListener("unhandledrejection", (event) => send({ message: "error", text: String(event.reason) }));
  return { send, keep: (state) => api.setState(state) };
}
