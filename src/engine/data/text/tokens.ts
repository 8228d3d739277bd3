/** From text to tokens and back: the vocabulary is part of what a run stores, so that a model is never without it. */
import { DescentError } from "../../../common/errors.js";
import type { TextConfig } from "../../training/config.js";
import { compareText } from "../classes.js";
import type { NamedBytes } from "../table.js";

/** What a token is, how many the model sees at once, and which there are: enough to read and write text as a run does. */
export interface TextRecipe {
  readonly tokens: TextConfig["tokens"];
  /** Tokens of an example. */
  readonly context: number;
  /** Tokens by index: characters, words, or bytes as two hexadecimal digits. */
  readonly vocabulary: readonly string[];
}

/** Stands for every token that the vocabulary lacks; the first one, where there is such a token. */
export const unknownToken = "<unknown>";

/** Words that a vocabulary of words keeps where the file does not say. */
const usualWords = 5000;

/** A word with what apostrophes and hyphens join, a line's end, or a single other character; spaces part them and are no tokens. */
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|\n|[^\s]/gu;

/**
 * A file as text: UTF-8 without its byte-order mark, with `\n` at the ends of lines wherever it was written.
 * @throws DescentError `text-not-utf8`
 */
export function decodeText({ file, name, bytes }: NamedBytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\r\n", "\n");
  } catch {
    throw new DescentError("text-not-utf8", `${name} is no text in UTF-8. Convert it, or say tokens: bytes, which reads any file.`, { file });
  }
}

/** The tokens of a text as strings, in order. */
export function tokenize(text: string, tokens: "characters" | "words"): string[] {
  return tokens === "words" ? (text.match(wordPattern) ?? []) : Array.from(text);
}

/**
 * The vocabulary of these tokens. Characters: each that occurs, by code point. Words: the `most` frequent ones (5,000 where nothing is said),
 * after `<unknown>` for all others. A limit on characters works like that on words.
 */
export function vocabularyOf(tokens: readonly string[], kind: "characters" | "words", most: number | null): readonly string[] {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const limit = most ?? (kind === "words" ? usualWords : null);
  if (limit === null) return [...counts.keys()].sort(compareText);
  const kept = [...counts].sort(([a, countA], [b, countB]) => countB - countA || compareText(a, b)).slice(0, limit - 1);
  return [unknownToken, ...kept.map(([token]) => token)];
}

/** Every byte, as two hexadecimal digits. */
export const byteVocabulary: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Index of each token. A token that the vocabulary lacks is `<unknown>`, or, in a vocabulary without one, told.
 * @throws DescentError `token-unknown`
 */
export function indexTokens(tokens: readonly string[], vocabulary: readonly string[], place: { readonly name: string; readonly file?: string }): Int32Array {
  const index = new Map(vocabulary.map((token, position) => [token, position]));
  const unknown = vocabulary[0] === unknownToken ? 0 : null;
  return Int32Array.from(tokens, (token, position) => {
    const known = index.get(token) ?? unknown;
    if (known !== null) return known;
    const line = tokens.slice(0, position).filter((before) => before === "\n").length + 1;
    const some = vocabulary.slice(0, 60).map((one) => (one === "\n" ? "\\n" : one)).join("");
    throw new DescentError("token-unknown", `${place.name}, line ${line}: the character ${JSON.stringify(token)} does not occur in the training text (${some}${vocabulary.length > 60 ? "..." : ""}). Leave it out, or say tokens: bytes, which knows every character.`, { file: place.file });
  });
}

/** The tokens of a prompt, by the recipe of a run. @throws DescentError `token-unknown` */
export function encodePrompt(prompt: string, { tokens, vocabulary }: TextRecipe): Int32Array {
  if (tokens === "bytes") return Int32Array.from(new TextEncoder().encode(prompt));
  return indexTokens(tokenize(prompt.replaceAll("\r\n", "\n"), tokens), vocabulary, { name: "the prompt" });
}

/** Tokens as text. Words get their spaces back by the usual rules of print. */
export function decodeTokens(indices: ArrayLike<number>, { tokens, vocabulary }: TextRecipe): string {
  if (tokens === "bytes") return new TextDecoder().decode(Uint8Array.from(indices));
  const parts = Array.from(indices, (index) => vocabulary[index] ?? unknownToken);
  return tokens === "characters" ? parts.join("") : joinWords(parts);
}

/** Nothing goes before closing punctuation, and nothing behind a line's end or an opening bracket. */
function joinWords(words: readonly string[]): string {
  let text = "";
  for (const word of words) {
    const joined = text === "" || /[\n([{“‘]$/u.test(text) || /^[\n.,;:!?)\]}”’%]/u.test(word);
    text += joined ? word : ` ${word}`;
  }
  return text;
}
