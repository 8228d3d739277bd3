import { describe, expect, it } from "vitest";
import { classColours } from "../../../src/common/classColours.js";
import { fromHex } from "../../../webview/charts/palette.js";
import { contrastRatio, linear, type Rgba, textOn } from "../../../webview/charts/theme.js";

/** Machado, Oliveira, Fernandes 2009, severity 1: how colours look without one kind of cone; linear RGB. */
const sights = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function seen(colour: Rgba, sight: readonly number[]): number[] {
  const light = colour.slice(0, 3).map(linear);
  const [r, g, b] = [0, 3, 6].map((row) => Math.min(1, Math.max(0, light.reduce((sum, x, i) => sum + x * sight[row + i], 0))));
  const [l, m, s] = [0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b, 0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b, 0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b].map(Math.cbrt);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

describe("class colours", () => {
  for (const [background, paper] of [["dark", "#1f1f1f"], ["light", "#ffffff"]] as const) {
    const colours = classColours[background].map(fromHex);

    for (const [sight, matrix] of Object.entries(sights)) {
      it(`are told apart on ${background} with ${sight}`, () => {
        const places = colours.map((colour) => seen(colour, matrix));
        const distances = places.flatMap((a, i) => places.slice(i + 1).map((b) => Math.hypot(...a.map((x, k) => x - b[k]))));
        // a difference of 0.02 in OKLab is just noticed between large patches; dots need several times that
        expect(Math.min(...distances)).toBeGreaterThan(0.08);
      });
    }

    it(`stand out from the background on ${background}`, () => {
      for (const colour of colours) expect(contrastRatio(colour, fromHex(paper))).toBeGreaterThan(2.4);
    });
  }

  it("leave every cell's figure legible", () => {
    for (let grey = 0; grey < 256; grey++) expect(contrastRatio(textOn([grey, grey, grey, 255]), [grey, grey, grey, 255])).toBeGreaterThan(4.5);
  });
});
