import { z } from "zod";
import type { RepeatingLayerKind } from "./defineLayer.js";
import { layerList } from "./layerLists.js";

const repeatArguments = z.strictObject({
  times: z.int().min(1).max(1000).describe("How many times the layers stand one after the other."),
  layers: layerList.describe("The layers; every copy has weights of its own."),
});

/** The same layers several times, one after the other, each copy with weights of its own */
export const repeat: RepeatingLayerKind = {
  kind: "repeat",
  summary: "The same layers several times, one after the other, each copy with weights of its own.",
  nested: { argument: "layers", form: "layers" },
  arguments: repeatArguments,
  times: (args) => (args as z.output<typeof repeatArguments>).times,
  activation: () => null,
};
