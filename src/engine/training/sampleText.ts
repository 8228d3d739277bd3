/** Lets a language model write: token after token, each drawn from what the model gives for the place behind the text so far. */
import { DescentError } from "../../common/errors.js";
import { decodeTokens, encodePrompt, unknownToken, type TextRecipe } from "../data/text/tokens.js";
import type { Model } from "../graph/types.js";
import type { OutputReading } from "../losses/defineLoss.js";
import { RandomStream } from "../random/stream.js";
import type { Session } from "./backend.js";

export interface SampleOptions {
  /** What the text begins with. */
  readonly prompt: string;
  /** Tokens to write, at least 1. */
  readonly length: number;
  /** Logits are divided by it: below 1 the likely becomes likelier; 0 takes the likeliest token always. */
  readonly temperature: number;
  /** Draws from the so many likeliest tokens; null: from all. */
  readonly topK: number | null;
  readonly seed: number;
}

/** What an exported language model says about itself. */
export interface TextModel {
  readonly recipe: TextRecipe;
  readonly reading: OutputReading;
}

/** Keys of an exported model's metadata; the vocabulary is `descent.classes`. */
export const textMetadata = { text: "descent.text", outputs: "descent.outputs", vocabulary: "descent.classes" } as const;

/** Reads what a language model stores about its text. @throws DescentError `no-language-model` */
export function describeTextModel({ metadata }: Pick<Model, "metadata">): TextModel {
  const [text, outputs, vocabulary] = [metadata.get(textMetadata.text), metadata.get(textMetadata.outputs), metadata.get(textMetadata.vocabulary)];
  if (text === undefined || outputs === undefined || vocabulary === undefined) throw new DescentError("no-language-model", "This model does not continue texts: it is no language model of Descent.");
  return { recipe: { ...(JSON.parse(text) as Omit<TextRecipe, "vocabulary">), vocabulary: JSON.parse(vocabulary) as string[] }, reading: outputs as OutputReading };
}

/**
 * The prompt and what the model writes behind it. The same seed writes the same text. `session` runs an exported model: input `input`, float32
 * [1, context]; output [1, context, vocabulary]. A text shorter than the context stands at its beginning, which is right for models in
 * which no step sees later ones. `<unknown>` is never written.
 * @throws DescentError `token-unknown` for a prompt with characters that the vocabulary lacks
 */
export async function sampleText(session: Session, { recipe, reading }: TextModel, options: SampleOptions): Promise<string> {
  const { context, vocabulary } = recipe;
  const random = new RandomStream(options.seed, "sample");
  const prompt = encodePrompt(options.prompt, recipe);
  const written = prompt.length > 0 ? Array.from(prompt) : [startToken(vocabulary)];
  for (let i = 0; i < options.length; i++) {
    const seen = written.slice(-context);
    const data = new Float32Array(context);
    data.set(seen);
    const [output] = Object.values(await session.run({ input: { type: "float32", dims: [1, context], data } }));
    const width = output.data.length / context;
    const last = (output.data as Float32Array).subarray((seen.length - 1) * width, seen.length * width);
    written.push(drawToken(last.subarray(0, vocabulary.length), reading, vocabulary[0] === unknownToken ? 0 : null, options, random.uniform()));
  }
  return decodeTokens(prompt.length > 0 ? written : written.slice(1), recipe);
}

/** A text without a beginning begins behind the end of a line. */
function startToken(vocabulary: readonly string[]): number {
  return Math.max(vocabulary.indexOf("\n"), vocabulary.indexOf("0a"), 0);
}

/** The token at which the cumulated probability passes `chance`, within [0, 1). Of equal outputs the first is the likelier. */
export function drawToken(outputs: ArrayLike<number>, reading: OutputReading, never: number | null, { temperature, topK }: Pick<SampleOptions, "temperature" | "topK">, chance: number): number {
  const isProbability = reading === "probabilities" || reading === "sigmoid";
  const logits = Array.from(outputs, (output, token) => (token === never ? -Infinity : isProbability ? Math.log(Math.max(output, 1e-30)) : output));
  const order = logits.map((_, token) => token).sort((a, b) => logits[b] - logits[a] || a - b);
  if (temperature === 0) return order[0];
  const kept = order.slice(0, topK ?? order.length);
  const weights = kept.map((token) => Math.exp((logits[token] - logits[order[0]]) / temperature));
  let rest = chance * weights.reduce((a, b) => a + b, 0);
  for (const [i, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return kept[i];
  }
  return kept[0];
}
