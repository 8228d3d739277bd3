/** The page that compares runs: the host draws it whole, this puts it in place without losing scroll, focus and what was unfolded, and says what was pressed. */
import "./compare.css";
import type { CompareHostMessage, ComparePanelMessage } from "../../../src/protocol/comparePanel.js";

declare function acquireVsCodeApi(): { postMessage(message: ComparePanelMessage): void; setState(state: unknown): void };

const api = acquireVsCodeApi();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's, not the window's
const send = (message: ComparePanelMessage): void => api.postMessage(message);
const page = document.querySelector("main")!;
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];

window.addEventListener("message", ({ data }: MessageEvent<CompareHostMessage>) => {
  if (data.message === "runs") api.setState({ folders: data.folders });
  else show(data.html, data.style);
});

/** What was unfolded, scrolled and focused stays so: parts are known by their place, which growing curves do not change. */
function show(html: string, style: string): void {
  const active = document.activeElement instanceof HTMLElement ? document.activeElement.dataset : {};
  const unfolded = new Set([...page.querySelectorAll("details")].flatMap(({ open }, i) => (open ? [i] : [])));
  const scrolled = [...page.querySelectorAll(".scroll")].map(({ scrollLeft }) => scrollLeft);
  sheet.replaceSync(style);
  page.innerHTML = html;
  page.querySelectorAll("details").forEach((part, i) => { part.open = unfolded.has(i); });
  page.querySelectorAll(".scroll").forEach((part, i) => { part.scrollLeft = scrolled[i] ?? 0; });
  if (active.action === undefined) return;
  [...page.querySelectorAll<HTMLElement>("[data-action]")].find(({ dataset }) => dataset.action === active.action && dataset.run === active.run)?.focus();
}

page.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>("[data-action]") : null;
  if (button === null) return;
  const { action, run } = button.dataset;
  if (action === "open" && run !== undefined) send({ message: "open", run });
  else if (action === "report" || action === "choose") send({ message: "action", action });
});

send({ message: "ready" });
