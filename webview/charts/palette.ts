import { classColours } from "../../src/common/classColours.js";
import { mix, type Rgba, type Theme } from "./theme.js";

/** Colours for `count` classes: the ten, then shades of them, every ten classes a step nearer to the text's colour. */
export function coloursOfClasses(count: number, theme: Theme): Rgba[] {
  const base = (theme.kind.endsWith("dark") ? classColours.dark : classColours.light).map(fromHex);
  const groups = Math.ceil(count / base.length);
  return Array.from({ length: count }, (_, i) => mix(base[i % base.length], theme.foreground, (Math.floor(i / base.length) / groups) * 0.6));
}

/** `#rrggbb` as bytes. */
export function fromHex(text: string): Rgba {
  const bits = Number.parseInt(text.slice(1), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255, 255];
}

/** Colours for `count` things in an order (layers by depth): from the run's blue over purple to orange, equal steps looking equal. */
export function coloursInOrder(count: number, theme: Theme): Rgba[] {
  const stops = theme.kind.endsWith("dark") ? ["#59a4f9", "#c17fd8", "#e08c3a"] : ["#1a6fd4", "#8b3a9e", "#b35c00"];
  const [first, middle, last] = stops.map(fromHex);
  return Array.from({ length: count }, (_, i) => {
    const t = count < 2 ? 0 : i / (count - 1);
    return t < 0.5 ? mix(first, middle, t * 2) : mix(middle, last, t * 2 - 1);
  });
}

/** One sequential scale for shares in 0 to 1, from the background to the run's colour. */
export function shareColour(share: number, theme: Theme): Rgba {
  // the dark end leans towards the text's colour, so that neighbouring shares get ink of the same colour
  const end = mix(theme.run, theme.foreground, 0.25);
  return mix(theme.background, end, 0.04 + 0.96 * Math.min(1, Math.max(0, share)));
}

/** For what can be less or more, -1 to 1: more in the run's colour, less in the errors', nothing in the background's. */
export function signedColour(share: number, theme: Theme): Rgba {
  if (share >= 0) return shareColour(share, theme);
  return mix(theme.background, mix(theme.error, theme.foreground, 0.15), 0.04 + 0.96 * Math.min(1, -share));
}
