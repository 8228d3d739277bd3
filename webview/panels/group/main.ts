/** The page of several runs: the host draws it whole, this puts it in place without losing scroll and focus, and says what was pressed. */
import "./group.css";
import type { GroupHostMessage, GroupPanelMessage } from "../../../src/protocol/groupPanel.js";

declare function acquireVsCodeApi(): { postMessage(message: GroupPanelMessage): void; setState(state: unknown): void };

const api = acquireVsCodeApi();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not the window's
const send = (message: GroupPanelMessage): void => api.postMessage(message);
const page = document.querySelector("main")!;
const folder = page.dataset.folder;
if (folder !== undefined) api.setState({ folder });

window.addEventListener("message", ({ data }: MessageEvent<GroupHostMessage>) => {
  if (data.message === "show") show(data.html);
});

/** What was scrolled stays so, and what had the focus has it again: the same button of the new page. */
function show(html: string): void {
  const active = document.activeElement instanceof HTMLElement ? document.activeElement.dataset : {};
  const scrolled = [...page.querySelectorAll(".scroll")].map(({ scrollLeft }) => scrollLeft);
  page.innerHTML = html;
  page.querySelectorAll(".scroll").forEach((part, i) => { part.scrollLeft = scrolled[i] ?? 0; });
  if (active.action === undefined) return;
  const again = [...page.querySelectorAll<HTMLElement>("[data-action]")].find(({ dataset }) => dataset.action === active.action && dataset.member === active.member);
  again?.focus();
}

page.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>("[data-action]") : null;
  if (button === null) return;
  const { action, member } = button.dataset;
  if (action === "open" && member !== undefined) send({ message: "open", member });
  else if (action === "stop" || action === "continue" || action === "file" || action === "folder") send({ message: "action", action });
});

send({ message: "ready" });
