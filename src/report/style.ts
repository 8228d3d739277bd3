import { classColours } from "../common/classColours.js";

const palette = (colours: readonly string[]) => colours.map((colour, i) => `--c${i}: ${colour};`).join(" ");
const light = `--ink: #24292f; --muted: #57606a; --paper: #ffffff; --rule: #d0d7de; --grid: #eaeef2; --shade: 38, 124, 233; ${palette(classColours.light)}`;
const dark = `--ink: #e6edf3; --muted: #9da7b3; --paper: #0d1117; --rule: #30363d; --grid: #21262d; --shade: 144, 164, 250; ${palette(classColours.dark)}`;

/** In the editor: the colours and the font of its theme. */
export const editorStyle = `
:root, body { --ink: var(--vscode-foreground); --muted: var(--vscode-descriptionForeground); --paper: var(--vscode-editor-background); --rule: var(--vscode-panel-border, var(--vscode-contrastBorder, #8884)); --grid: var(--vscode-editorIndentGuide-background1, #8883); }
body { font-family: var(--vscode-font-family); font-size: 13px; max-width: none; background: var(--vscode-editor-background); color: var(--vscode-foreground); }
body.vscode-light, body.vscode-high-contrast-light { color-scheme: light; --shade: 38, 124, 233; ${palette(classColours.light)} }
body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) { color-scheme: dark; --shade: 144, 164, 250; ${palette(classColours.dark)} }
`;

/** The report's only style sheet: light and dark by the reader's system, legible in print. */
export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
@media print { :root { ${light} } }
body { margin: 0 auto; padding: 24px 20px 60px; max-width: 1360px; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; } h3 { font-size: 14px; margin: 20px 0 4px; }
p { margin: 4px 0; } .note, .sub { color: var(--muted); } .note { font-size: 12px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: 3px 10px; text-align: left; border-bottom: 1px solid var(--rule); vertical-align: top; } thead th { color: var(--muted); font-weight: 500; }
td.number { text-align: right; } td.best { font-weight: 700; } .scroll { overflow-x: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 16px; }
figure.chart { margin: 0; border: 1px solid var(--rule); border-radius: 6px; padding: 10px 12px; } figcaption { margin-bottom: 4px; } .chart > svg { width: 100%; height: auto; display: block; }
.key { color: var(--muted); margin-left: 8px; font-size: 12px; white-space: nowrap; } .key b { color: var(--ink); } .key svg { vertical-align: middle; }
.grid { stroke: var(--grid); } .axis { stroke: var(--rule); } .tick { fill: var(--muted); font-size: 11px; }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; } .raw { opacity: 0.3; stroke-width: 1; } .dashed { stroke-dasharray: 6 4; } .band { opacity: 0.18; stroke: none; }
${classColours.light.map((_, i) => `.line.c${i} { stroke: var(--c${i}); } .band.c${i}, .dot.c${i} { fill: var(--c${i}); }`).join("\n")}
.scatter { width: min(100%, 520px); height: auto; border: 1px solid var(--rule); border-radius: 6px; } .wrong { stroke: var(--ink); stroke-width: 1; }
.matrix th, .matrix td { padding: 2px 6px; border: 0; text-align: center; } .matrix tbody th { text-align: right; } .matrix.dense td, .matrix.dense th { padding: 3px; } .matrix .hit { outline: 1px solid var(--rule); outline-offset: -1px; }
${Array.from({ length: 11 }, (_, i) => `.s${i} { background: rgba(var(--shade), ${(i * 0.06).toFixed(2)}); }`).join(" ")}
.finding { border-left: 3px solid var(--rule); padding: 2px 0 2px 12px; margin: 10px 0; } .finding.error { border-color: var(--c2); } .finding.warning { border-color: var(--c1); } .finding code { color: var(--muted); }
pre { overflow-x: auto; border: 1px solid var(--rule); border-radius: 6px; padding: 12px; font: 12px/1.5 ui-monospace, "SF Mono", Consolas, monospace; }
details { margin-top: 12px; } summary { cursor: pointer; }
`;
