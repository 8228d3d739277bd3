import { expect, it } from "vitest";
import { panelHtml } from "../../../src/host/panels/panelHtml.js";

const page = { title: "Descent run", script: "run.js", style: "run.css", cspSource: "https://source", element: "descent-run-panel" };

it("puts the heading into the element, to be painted before the script has come, and nothing of it becomes markup", () => {
  const html = panelHtml({ ...page, heading: `<b>"mnist" & co` });
  expect(html).toContain('<descent-run-panel><div class="skeleton" aria-busy="true"><div class="run-line"><span class="skeleton-heading">&lt;b>&quot;mnist&quot; &amp; co</span></div></div></descent-run-panel>');
});

it("leaves the element empty without a heading, and allows no script but the one of its nonce", () => {
  const html = panelHtml(page);
  expect(html).toContain("<descent-run-panel></descent-run-panel>");
  const nonce = /script-src 'nonce-([\w-]+)'/.exec(html)![1];
  expect(html.match(/<script[^>]*>/g)).toEqual([`<script nonce="${nonce}" src="run.js">`]);
});
