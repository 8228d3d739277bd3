/** The page of the panel that tries a fix: styles, the component, and the line to the host. */
import "../run/zodWithoutEval.js";
import "@vscode/codicons/dist/codicon.css";
import "../run/run.css";
import { tryHostMessageSchema, type TryPanelMessage } from "../../../src/protocol/tryPanel.js";
import { watchTheme } from "../../charts/theme.js";
import { TryPanel } from "./tryPanel.js";

declare function acquireVsCodeApi(): { postMessage(message: TryPanelMessage): void };

const panel = document.querySelector("descent-try-panel");
if (!(panel instanceof TryPanel)) throw new Error("the page lacks <descent-try-panel>");
watchTheme();
const api = acquireVsCodeApi();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not the window's
const send = (message: TryPanelMessage) => api.postMessage(message);
panel.send = send;
window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const parsed = tryHostMessageSchema.safeParse(data);
  if (parsed.success) panel.receive(parsed.data);
  else send({ message: "error", text: `a message to the panel does not fit its protocol: ${parsed.error.message}` });
});
window.addEventListener("error", (event) => send({ message: "error", text: event.message }));
window.addEventListener("unhandledrejection", (event) => send({ message: "error", text: String(event.reason) }));
send({ message: "ready" });
