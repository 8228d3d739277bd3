/** A colour as bytes, alpha 0 to 255. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** What the charts take from the editor's theme. */
export interface Theme {
  readonly kind: "light" | "dark" | "contrast-dark" | "contrast-light";
  readonly background: Rgba;
  readonly foreground: Rgba;
  readonly muted: Rgba;
  readonly grid: Rgba;
  readonly run: Rgba;
  readonly error: Rgba;
  readonly warning: Rgba;
  readonly focus: Rgba;
  readonly font: string;
}

let current: Theme | undefined;
const listeners = new Set<() => void>();

/** The theme as it is now; read from the page's variables once and again when the editor changes them. */
export function theme(): Theme {
  return (current ??= read());
}

/** Calls `listener` after each change of theme; returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begins to watch: VS Code sets its variables on the root element and the theme's kind as the body's class. */
export function watchTheme(): void {
  const observer = new MutationObserver(() => {
    current = undefined;
    colours.clear();
    for (const listener of listeners) listener();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
}

function read(): Theme {
  const style = getComputedStyle(document.body);
  const value = (...names: string[]) => names.map((name) => style.getPropertyValue(name).trim()).find((text) => text !== "");
  const colour = (fallback: Rgba, ...names: string[]) => {
    const text = value(...names);
    return text === undefined ? fallback : parseColour(text);
  };
  const background = colour([255, 255, 255, 255], "--vscode-editor-background");
  const foreground = colour([59, 59, 59, 255], "--vscode-foreground", "--vscode-editor-foreground");
  const dark = luminance(background) < 0.2;
  const contrast = document.body.classList.contains("vscode-high-contrast") || document.body.classList.contains("vscode-high-contrast-light");
  const text = contrast ? foreground : colour(mix(background, foreground, 0.75), "--vscode-descriptionForeground");
  return {
    kind: contrast ? (dark ? "contrast-dark" : "contrast-light") : dark ? "dark" : "light",
    background,
    foreground,
    muted: text,
    grid: mix(background, foreground, contrast ? 0.3 : 0.1),
    run: colour(foreground, "--vscode-charts-blue"),
    error: colour([200, 0, 0, 255], "--vscode-charts-red", "--vscode-errorForeground"),
    warning: colour([160, 120, 0, 255], "--vscode-charts-yellow"),
    focus: colour(foreground, "--vscode-focusBorder"),
    font: value("--vscode-font-family") ?? "sans-serif",
  };
}

const colours = new Map<string, Rgba>();

/** Any CSS colour as bytes. */
export function parseColour(text: string): Rgba {
  let colour = colours.get(text);
  if (!colour) {
    const context = scratch();
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = "#000";
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    colours.set(text, (colour = [red, green, blue, alpha]));
  }
  return colour;
}

let scratchContext: CanvasRenderingContext2D | undefined;
function scratch(): CanvasRenderingContext2D {
  if (!scratchContext) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    scratchContext = canvas.getContext("2d", { willReadFrequently: true })!;
  }
  return scratchContext;
}

/** A colour as CSS writes it; `alpha` in 0 to 1 multiplies its own. */
export function css([red, green, blue, own]: Rgba, alpha = 1): string {
  return `rgb(${red} ${green} ${blue} / ${((own / 255) * alpha).toFixed(3)})`;
}

/** The way from `a` to `b` at `t` in 0 to 1, through OKLab, so that equal steps look equal (Ottosson 2020). */
export function mix(a: Rgba, b: Rgba, t: number): Rgba {
  const from = toOklab(a);
  const to = toOklab(b);
  return fromOklab([0, 1, 2].map((i) => from[i] + (to[i] - from[i]) * t), Math.round(a[3] + (b[3] - a[3]) * t));
}

/** Relative luminance, 0 to 1 (WCAG 2). */
export function luminance(colour: Rgba): number {
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

/** Contrast ratio, 1 to 21 (WCAG 2). */
export function contrastRatio(a: Rgba, b: Rgba): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better on `colour`; at least 4.5 to 1 on any. */
export function textOn(colour: Rgba): Rgba {
  const black: Rgba = [0, 0, 0, 255];
  const white: Rgba = [255, 255, 255, 255];
  return contrastRatio(colour, black) > contrastRatio(colour, white) ? black : white;
}

/** sRGB byte to linear light. */
export function linear(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function toOklab([red, green, blue]: Rgba): number[] {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: number[], alpha: number): Rgba {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const byte = (x: number) => {
    const c = Math.min(1, Math.max(0, x));
    return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
  };
  return [
    byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
    alpha,
  ];
}
