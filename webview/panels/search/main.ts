/** The search panel's page: styles, the component, and the line to the host. */
import "../run/zodWithoutEval.js";
import "@vscode/codicons/dist/codicon.css";
import "../run/run.css";
import "./searchPanel.css";
import { searchHostMessageSchema, type SearchPanelMessage } from "../../../src/protocol/searchPanel.js";
import { watchTheme } from "../../charts/theme.js";
import { SearchPanel } from "./searchPanel.js";

declare function acquireVsCodeApi(): { postMessage(message: SearchPanelMessage): void; setState(state: unknown): void };

const panel = document.querySelector("descent-search-panel");
if (!(panel instanceof SearchPanel)) throw new Error("the page lacks <descent-search-panel>");
watchTheme();
const api = acquireVsCodeApi();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not the window's
const send = (message: SearchPanelMessage) => api.postMessage(message);
panel.send = send;
window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const parsed = searchHostMessageSchema.safeParse(data);
  if (!parsed.success) return send({ message: "error", text: `a message to the panel does not fit its protocol: ${parsed.error.message}` });
  if (parsed.data.message === "init") api.setState({ folder: parsed.data.folder });
  panel.receive(parsed.data);
});
window.addEventListener("error", (event) => send({ message: "error", text: event.message }));
window.addEventListener("unhandledrejection", (event) => send({ message: "error", text: String(event.reason) }));
send({ message: "ready" });
