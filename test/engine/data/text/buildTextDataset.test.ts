import { describe, expect, it } from "vitest";
import { buildTextDataset, rangesOf } from "../../../../src/engine/data/text/buildTextDataset.js";
import { decodeTokens, encodePrompt } from "../../../../src/engine/data/text/tokens.js";
import type { Dataset } from "../../../../src/engine/data/types.js";
import type { DataConfig, TextConfig } from "../../../../src/engine/training/config.js";
import { dataConfig, files } from "../testConfig.js";

const file = (text: string | Uint8Array, name = "a.txt") => ({ file: `/${name}`, name, bytes: typeof text === "string" ? new TextEncoder().encode(text) : text });

function build(text: string | Uint8Array, settings: Partial<TextConfig> = {}, data: Partial<DataConfig> = {}, more: { validation?: string; test?: string } = {}): Dataset {
  const config = dataConfig({ train: files("a.txt"), task: "language_model", text: { tokens: "characters", context: 4, vocabulary: null, ...settings }, ...data });
  return buildTextDataset(config, {
    train: [file(text)],
    validation: more.validation === undefined ? null : [file(more.validation, "v.txt")],
    test: more.test === undefined ? null : [file(more.test, "w.txt")],
  });
}

/** Examples of a part as text, inputs with the targets shifted by one behind them. */
function shown({ inputs, targets, reading, splits }: Dataset, part: keyof Dataset["splits"]): [string, string][] {
  const width = inputs.dims[1];
  const text = (data: ArrayLike<number | bigint>, example: number) => decodeTokens(Array.from({ length: width }, (_, i) => Number(data[example * width + i])), reading.text!);
  return Array.from(splits[part], (example) => [text(inputs.data as Uint8Array, example), text(targets.data as BigInt64Array, example)]);
}

describe("windows of a text", () => {
  it("follow each other, each with the token behind every one of its tokens", () => {
    const data = build("abcdefghijklmnopqr", {}, { split: { validation: 0, test: 0, stratify: "auto", seed: 0 } });
    expect(shown(data, "train")).toEqual([["abcd", "bcde"], ["efgh", "fghi"], ["ijkl", "jklm"], ["mnop", "nopq"]]);
    expect(data.classes).toEqual([..."abcdefghijklmnopqr"]);
    expect([data.inputs.type, data.task, data.inputKind]).toEqual(["uint8", "language_model", "tokens"]);
  });

  it("stay within their part: the test share is the end of the text, the validation share lies before it", () => {
    const text = Array.from({ length: 200 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
    const data = build(text, {}, { split: { validation: 0.2, test: 0.1, stratify: "auto", seed: 0 } });
    const seen = (part: keyof Dataset["splits"]) => new Set(shown(data, part).flat().join(""));
    const [train, validation, test] = [seen("train"), seen("validation"), seen("test")];
    expect(Math.max(...[...train].map((c) => text.indexOf(c)))).toBeLessThan(140);
    expect(Math.min(...[...validation].map((c) => text.indexOf(c)))).toBe(140);
    expect(Math.min(...[...test].map((c) => text.indexOf(c)))).toBe(180);
    for (const token of validation) expect(train.has(token) || test.has(token)).toBe(false);
    expect([data.splits.train.length, data.splits.validation.length, data.splits.test.length]).toEqual([34, 9, 4]);
  });

  it("divide a text as their shares say, nothing lost", () => {
    expect(rangesOf(1000, { validation: 0.1, test: 0.25 })).toEqual({ train: [0, 650], validation: [650, 750], test: [750, 1000] });
  });

  it("limit counts windows", () => {
    expect(build("abcdefghijklmnopqrstuvwxyz", {}, { limit: 3, split: { validation: 0, test: 0, stratify: "auto", seed: 0 } }).splits.train.length).toBe(3);
  });

  it("a text too short for one example in a part is told", () => {
    expect(() => build("abcdefghijklmnopqrst", { context: 8 })).toThrow(/validation text has 2 tokens, and one example takes 9/);
  });
});

const whole: Partial<DataConfig> = { split: { validation: 0, test: 0, stratify: "auto", seed: 0 } };

describe("tokens", () => {
  it("characters are code points in order, whatever the line ends and the byte-order mark", () => {
    const data = build("\uFEFFa😀b\r\na😀b\n", {}, whole);
    expect(data.classes).toEqual(["\n", "a", "b", "😀"]);
    expect(shown(data, "train")).toEqual([["a😀b\n", "😀b\na"]]);
  });

  it("a character of another file that the training text lacks is named with its line", () => {
    expect(() => build("abcabcabcabc", {}, { validation: files("v.txt") }, { validation: "abc\nabz" })).toThrow(/v\.txt, line 1: the character "\\n"/);
    expect(() => build("abcabc\nabcabc", {}, { ...whole, validation: files("v.txt") }, { validation: "abc\nabz abc" })).toThrow(/v\.txt, line 2: the character "z"/);
  });

  it("bytes know every character", () => {
    const data = build("äbäbä", { tokens: "bytes", context: 3 }, whole);
    expect(data.classes).toHaveLength(256);
    expect(Array.from(data.inputs.data as Uint8Array)).toEqual([0xc3, 0xa4, 0x62, 0xc3, 0xa4, 0x62]);
    expect(decodeTokens(encodePrompt("Grüße €", data.reading.text!), data.reading.text!)).toBe("Grüße €");
  });

  it("words keep their apostrophes; punctuation and ends of lines are tokens; the rarest are unknown", () => {
    const text = "It's late, said the cat.\nIt's late, said the dog. \"Don't!\" ";
    const data = build(text, { tokens: "words", context: 3, vocabulary: 9 }, whole);
    expect(data.classes).toEqual(["<unknown>", "\"", ",", ".", "It's", "late", "said", "the", "\n"]);
    expect(decodeTokens(encodePrompt("It's late, said the bird.", data.reading.text!), data.reading.text!)).toBe("It's late, said the <unknown>.");
  });

  it("the vocabulary of words is that of the training part alone", () => {
    const data = build(`${"one two three four five ".repeat(10)}${"new ".repeat(50)}`, { tokens: "words", context: 4 }, { split: { validation: 0.5, test: 0, stratify: "auto", seed: 0 } });
    expect(data.classes).toEqual(["<unknown>", "five", "four", "one", "three", "two"]);
    expect(shown(data, "validation").every(([inputs]) => inputs === "<unknown> <unknown> <unknown> <unknown>")).toBe(true);
  });

  it("what is no UTF-8 is told", () => {
    expect(() => build(Uint8Array.of(0x61, 0xff, 0x62, 0x63, 0x64, 0x65))).toThrow(/no text in UTF-8/);
  });

  it("other tasks and scaling are refused", () => {
    expect(() => build("abcdefgh", {}, { task: "regression" })).toThrow(/for a language model/);
    expect(() => build("abcdefgh", {}, { scaling: "unit" })).toThrow(/indices/);
  });
});
