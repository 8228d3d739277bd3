/** What the points of a projection are coloured by: each has a group, each group a colour and a name. */
import { formatValue } from "../../../src/common/format.js";
import { coloursInOrder, coloursOfClasses } from "../../charts/palette.js";
import { type Rgba, theme } from "../../charts/theme.js";
import type { Projection } from "../../../src/protocol/evaluation.js";

export type ColourBy = "class" | "prediction" | "correctness" | "loss" | "target";

export interface PointColours {
  readonly groups: ArrayLike<number>;
  readonly colours: readonly Rgba[];
  readonly names: readonly string[];
}

/** Shades of a quantity. */
const shades = 12;

/** What a projection can be coloured by. */
export function colourings({ classes, loss, targets }: Projection): { readonly value: ColourBy; readonly label: string }[] {
  return [
    ...(classes.length > 0 ? [{ value: "class", label: "class" }, { value: "prediction", label: "prediction" }, { value: "correctness", label: "correctness" }] as const : []),
    ...(targets ? [{ value: "target", label: "true value" }] as const : []),
    ...(loss ? [{ value: "loss", label: "loss" }] as const : []),
  ];
}

export function pointColours(projection: Projection, by: ColourBy): PointColours {
  const { labels, predicted, classes } = projection;
  if (by === "loss" && projection.loss) return inOrder(projection.loss);
  if (by === "target" && projection.targets) return inOrder(projection.targets);
  if (by === "correctness") return { groups: labels.map((label, i) => Number(predicted[i] !== label)), colours: [theme().run, theme().error], names: ["right", "wrong"] };
  return { groups: by === "prediction" ? predicted : labels, colours: coloursOfClasses(Math.max(1, classes.length), theme()), names: classes };
}

/** Shades with as many points each: a few values far out leave the others their differences. */
function inOrder(values: readonly number[]): PointColours {
  const sorted = Float64Array.from(values).sort();
  const bounds = Array.from({ length: shades - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / shades)]);
  const groups = values.map((value) => {
    let group = 0;
    while (group < bounds.length && value > bounds[group]) group++;
    return group;
  });
  const edges = [sorted[0], ...bounds, sorted[sorted.length - 1]];
  return { groups, colours: coloursInOrder(shades, theme()), names: Array.from({ length: shades }, (_, i) => `${formatValue(edges[i])} to ${formatValue(edges[i + 1])}`) };
}
