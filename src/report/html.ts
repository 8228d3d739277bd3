/** Text as HTML and SVG hold it. */

/** A piece of HTML that is safe to put into a page. */
export interface Html {
  readonly html: string;
}

/** Fills a template: strings and numbers are escaped, pieces and lists of pieces are put in as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html {
  return { html: parts.map((part, i) => (i === 0 ? part : inserted(values[i - 1]) + part)).join("") };
}

function inserted(value: string | number | Html | readonly Html[]): string {
  if (typeof value === "object") return "html" in value ? value.html : value.map((piece) => piece.html).join("");
  return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

export const nothing: Html = { html: "" };
