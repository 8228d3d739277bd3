import { randomBytes } from "node:crypto";

interface PanelPage {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** The webview's own source for the content security policy. */
  readonly cspSource: string;
  /** The custom element that is the page. */
  readonly element: string;
  /** Attributes of that element. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** What the page is about, painted before its script has come; the element takes it away when it knows more. */
  readonly heading?: string;
}

/** The page of a panel: one script and one style sheet of ours, nothing inline, nothing fetched. */
export function panelHtml({ title, script, style, cspSource, element, attributes = {}, heading }: PanelPage): string {
  const nonce = randomBytes(16).toString("base64url");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'; font-src ${cspSource};">
    <meta property="csp-nonce" content="${nonce}">
    <title>${title}</title>
    <link rel="stylesheet" href="${style}">
  </head>
  <body>
    <${element}${Object.entries(attributes).map(([name, text]) => ` ${name}="${escaped(text)}"`).join("")}>${heading === undefined ? "" : skeleton(heading)}</${element}>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`;
}

/** The frame of the page with its heading alone, in the places where the whole page has them. */
function skeleton(heading: string): string {
  return `<div class="skeleton" aria-busy="true"><div class="run-line"><span class="skeleton-heading">${escaped(heading)}</span></div></div>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
