/** What stands behind each layer of a training file: its output's shape, parameters, operations. */
import { formatCount, formatShort } from "../../../common/format.js";
import type { ParsedFile } from "../../../config/parseTrainingFile.js";
import { DescentError, type Position } from "../../../common/errors.js";
import { everyLayer } from "../../../engine/layers/nested.js";
import { outlineModel } from "../../../engine/layers/outline.js";
import type { ModelOutline, OutlinedLayer } from "../../../protocol/outline.js";

/** Which parts of a hint are wanted. */
export interface HintParts {
  readonly outputShape: boolean;
  readonly parameters: boolean;
  readonly operations: boolean;
}

export interface LayerHint {
  /** Behind the layer on its line. */
  readonly position: Position;
  /** `→ 16 × 24 × 24 · 416 params · 230 k ops`: the editor cuts what is longer than 43 letters. */
  readonly label: string;
  /** The same in full, in Markdown. */
  readonly tooltip: string;
}

/**
 * The model's outline as its text is now: worked out anew from the shape of an example where that is enough (a listed model that asks nothing of the data),
 * else as it was last read. null where the text is no model that fits.
 */
export function currentOutline(parsed: ParsedFile, known: ModelOutline): ModelOutline | null {
  const { config } = parsed;
  if (config === null) return null;
  if (config.imported !== null || everyLayer(config.model).some(({ kind }) => kind === "embedding")) return known;
  try {
    const layers = outlineModel(config.model, known.inputShape).map(plainLayer);
    return { ...known, layers };
  } catch (thrown) {
    if (thrown instanceof DescentError) return null;
    throw thrown;
  }
}

/** What a layer's outline says, as plain data. */
function plainLayer({ name, kind, path, inputShape, outputShape, parameters, operations }: Omit<OutlinedLayer, "inputShape" | "outputShape"> & { readonly inputShape: readonly number[]; readonly outputShape: readonly number[] }): OutlinedLayer {
  return { name, kind, path, inputShape: [...inputShape], outputShape: [...outputShape], parameters, operations };
}

/** A hint for each layer that stands in the file, the copies of a repeat and the layers of an imported model together. */
export function hintsOf(parsed: Pick<ParsedFile, "locate">, { layers }: ModelOutline, parts: HintParts): LayerHint[] {
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const places = new Map<string, OutlinedLayer[]>();
  for (const layer of layers) places.set(layer.path, [...(places.get(layer.path) ?? []), layer]);
  return [...places].flatMap(([path, group]): LayerHint[] => {
    const label = labelOf(group, parts);
    return label === "" ? [] : [{ position: parsed.locate(path).end, label, tooltip: tooltipOf(group, total) }];
  });
}

function labelOf(group: readonly OutlinedLayer[], parts: HintParts): string {
  const [parameters, operations] = sums(group);
  return [
    ...(parts.outputShape ? [`→ ${shapeText(group[group.length - 1].outputShape)}`] : []),
    ...(parts.parameters && parameters > 0 ? [`${formatShort(parameters)} params`] : []),
    ...(parts.operations && operations > 0 ? [`${formatShort(operations)} ops`] : []),
  ].join(" · ");
}

function tooltipOf(group: readonly OutlinedLayer[], total: number): string {
  const [first, last] = [group[0], group[group.length - 1]];
  const [parameters, operations] = sums(group);
  const share = total > 0 && parameters > 0 ? `, ${Math.round((100 * parameters) / total)} % of the model's` : "";
  return [
    group.length === 1 ? `**${first.name}** (${first.kind})` : `**${group.length} layers**, ${first.name} to ${last.name}`,
    `reads ${shapeText(first.inputShape)}, gives ${shapeText(last.outputShape)}`,
    `${formatCount(parameters)} parameters${share}`,
    `${formatCount(operations)} multiply-adds an example`,
  ].join("  \n");
}

function sums(group: readonly OutlinedLayer[]): readonly [number, number] {
  return [group.reduce((sum, { parameters }) => sum + parameters, 0), group.reduce((sum, { operations }) => sum + operations, 0)];
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? "a number" : shape.map(formatCount).join(" × ");
}
