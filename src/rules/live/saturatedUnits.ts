import { z } from "zod";
import { everyLayer } from "../../engine/layers/nested.js";
import { outputActivation } from "../modelView.js";
import { defineLiveRule } from "./defineLiveRule.js";
import { lowerRate, short } from "./lowerRate.js";
import { isStuck, lately, layersWith } from "./progress.js";

export const saturatedUnits = defineLiveRule({
  id: "saturated-units",
  severity: "warning",
  problem: "learning",
  category: "initialisation",
  title: "Sigmoid or tanh units at their ends",
  why: "Far from 0 sigmoid and tanh are flat: units that sit there pass no gradient, and what comes to them is not told apart any more. Inputs or initial weights that are too large put them there at the start, long steps later.",
  what: "Scale the inputs, leave init out, lower the rate, or put batch_norm before the activation.",
  sources: ["Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010", "SageMaker Debugger and TheDeepChecker (more than half of the units); told only while the loss stays near what chance gives: units of a model that has learned saturate as a rule"],
  options: z.strictObject({ share: z.number().gt(0).lt(1).default(0.6).describe("Share of a layer's values that are saturated, five measured steps in a row.") }),
  watch(context, { share }) {
    const output = outputActivation(context.config);
    return {
      onSteps({ statistics }, history) {
        if (statistics.length === 0) return "unchanged";
        const layers = everyLayer(context.config.model);
        const isHidden = (name: string): boolean => output === null || !output.path.startsWith(layers.find((layer) => layer.name === name)?.path ?? "-");
        const names = layersWith(history, "saturated_fraction").filter(isHidden);
        const found = names.find((name) => lately(history, `saturated_fraction/${name}`)?.every((value) => value >= share));
        if (found === undefined) return names.every((name) => history.lastStatistics[`saturated_fraction/${name}`] < share / 2) ? "healthy" : "unchanged";
        if (!isStuck(context, history)) return "unchanged";
        const now = history.lastStatistics[`saturated_fraction/${found}`];
        const start = history.firstStatistics?.[`saturated_fraction/${found}`] ?? now;
        const early = start >= share;
        const large = context.inputRms > 10;
        const layer = layers.find(({ name }) => name === found);
        return {
          step: history.lastStep, level: 1, confidence: 0.7,
          at: !early ? context.optimizer.lrPath : large ? "data.scaling" : layer?.path ?? "model",
          category: !early ? "learning_rate" : large ? "preprocessing" : "initialisation",
          message: `${short(100 * now)} % of the values of ${found} are at the flat ends of their activation${early ? ", as from the first step on" : `, ${short(100 * start)} % at the start`}.`,
          evidence: { layer: found, saturated_fraction: now, at_start: start },
          fixes: !early ? lowerRate(context) : large ? [{ title: "Standardize the inputs", safe: false, edits: [{ path: "data.scaling", value: "standardize" }] }] : [],
        };
      },
    };
  },
});
