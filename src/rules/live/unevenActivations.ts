import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { hiddenLayers, isNormalising } from "../modelView.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { short } from "./lowerRate.js";

export const unevenActivations = defineLiveRule({
  id: "uneven-activations",
  severity: "info",
  problem: "learning",
  category: "initialisation",
  title: "Values fade or blow up from layer to layer",
  why: "At the start each layer should pass values on at about their size. Where they shrink or grow a hundredfold on the way, so do gradients on their way back: some layers hardly move while others jump.",
  what: "Leave init out (it minds each layer's size), put normalisation between the layers, scale the inputs.",
  sources: ["Glorot and Bengio, 2010; He et al., 2015", "TheDeepChecker (deviation of activations outside 0.5 to 2; a variance ratio above 10 within the first steps); here a hundredfold between the first and the last hidden layer, at the first measured step"],
  options: z.strictObject({ times: z.number().gt(1).default(100).describe("Ratio of the deviations of the first and the last hidden layer.") }),
  watch(context, { times }) {
    let told = false;
    return {
      onSteps({ statistics }, history) {
        if (told || statistics.length === 0 || everyLayer(context.config.model).some(isNormalising)) return "unchanged";
        told = true; // the start is looked at, once
        const measured = hiddenLayers(context.config).map(({ name, path }) => ({ name, path, deviation: history.firstStatistics?.[`activation_std/${name}`] })).filter(({ deviation }) => deviation !== undefined && Number.isFinite(deviation));
        const [first, last] = [measured[0], measured.at(-1)];
        if (first === undefined || last === undefined || measured.length < 2 || statistics[0].step > 20) return "unchanged";
        const [a, b] = [Number(first.deviation), Number(last.deviation)];
        if (!(a > 0) || (b <= times * a && b * times >= a)) return "unchanged";
        return {
          step: statistics[0].step, level: 1, at: last.path, confidence: 0.6,
          message: `At the start the values of ${first.name} have a deviation of ${short(a)}, those of ${last.name} ${short(b)}.`,
          evidence: { first: a, last: b, layer: last.name },
        };
      },
    };
  },
});
