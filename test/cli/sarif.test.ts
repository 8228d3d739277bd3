import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { toSarif } from "../../src/cli/sarif.js";
import { parseTrainingFile } from "../../src/config/parseTrainingFile.js";
import { lintRules } from "../../src/rules/lint/registry.js";
import { runLint } from "../../src/rules/runRules.js";

const root = path.resolve("/project");
const pages = path.resolve("/product/media/rules");
interface Region { readonly startLine: number; readonly startColumn: number; readonly endLine: number; readonly endColumn: number }
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Region } }[];
  readonly fixes?: readonly { readonly description: { readonly text: string }; readonly artifactChanges: readonly { readonly replacements: readonly { readonly deletedRegion: Region; readonly insertedContent: { readonly text: string } }[] }[] }[];
}
interface Descriptor { readonly id: string; readonly name: string; readonly helpUri: string; readonly shortDescription?: { readonly text: string } }
const runOf = (text: string, file = path.join(root, "my runs", "a.train.yaml")) => {
  const log = toSarif({ findings: runLint(parseTrainingFile(text, { file })), texts: new Map([[file, text]]), root, pages });
  return (log.runs as { readonly tool: { readonly driver: { readonly rules: readonly Descriptor[] } }; readonly results: readonly Result[] }[])[0];
};

/** The text with a fix's replacements made, as a viewer makes them. */
function fixed(text: string, { artifactChanges: [{ replacements }] }: NonNullable<Result["fixes"]>[number]): string {
  const lines = text.split("\n");
  const offset = (line: number, column: number) => lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return [...replacements].reverse().reduce((result, { deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent }) =>
    result.slice(0, offset(startLine, startColumn)) + insertedContent.text + result.slice(offset(endLine, endColumn)), text);
}

describe("SARIF", () => {
  const text = "data: { train: data.csv }\nmodel:\n  - dense: { units: 3, activation: softmax }\nloss: cross_entropy\n";

  it("tells files relative to the folder, levels, regions, and rules with names, texts and pages", () => {
    const { tool, results } = runOf(text);
    const result = results.find(({ ruleId }) => ruleId === "softmax-before-cross-entropy")!;
    expect(result).toMatchObject({ level: "error", locations: [{ physicalLocation: { artifactLocation: { uri: "my%20runs/a.train.yaml", uriBaseId: "SRCROOT" }, region: { startLine: 3 } } }] });
    expect(tool.driver.rules[result.ruleIndex]).toMatchObject({
      id: "softmax-before-cross-entropy", name: "SoftmaxBeforeCrossEntropy", shortDescription: { text: "Softmax applied twice" },
      helpUri: pathToFileURL(path.join(pages, "softmax-before-cross-entropy.md")).href, defaultConfiguration: { level: "error" },
    });
    expect(runOf(text, path.resolve("/elsewhere/a.train.yaml")).results[0].locations[0].physicalLocation.artifactLocation).toEqual({ uri: pathToFileURL(path.resolve("/elsewhere/a.train.yaml")).href });
  });

  it("a file that cannot be run is told too", () => {
    const { tool, results } = runOf("data: { train: data.csv }\nmodle: []\n");
    expect(results[0].level).toBe("error");
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe(results[0].ruleId);
  });

  it.each(lintRules.flatMap(({ id, examples }) => examples.bad.map((bad) => [id, bad] as const)))("of %s: every region lies in the file, and every fix, made by its replacements, leaves a file that can be read", (id, bad) => {
    const { results } = runOf(bad);
    const lines = bad.split("\n");
    expect(results.map(({ ruleId }) => ruleId)).toContain(id);
    for (const { locations: [{ physicalLocation: { region } }], fixes = [] } of results) {
      expect(region.startLine >= 1 && region.endLine <= lines.length && region.startColumn >= 1 && region.endColumn <= lines[region.endLine - 1].length + 1).toBe(true);
      for (const fix of fixes) {
        expect(fix.description.text).not.toBe("");
        expect(parseTrainingFile(fixed(bad, fix), { file: "a.train.yaml" }).problems).toEqual([]);
      }
    }
  });
});

describe("the official schema", () => {
  const schema = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "../fixtures/sarif/sarif-2.1.0.json"), "utf8")) as object;
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
  const examples = path.join(import.meta.dirname, "../../examples/broken");
  const broken = fs.readdirSync(examples).filter((name) => name.endsWith(".train.yaml"));
  const logOf = (files: ReadonlyMap<string, string>) => toSarif({ findings: [...files].flatMap(([file, text]) => runLint(parseTrainingFile(text, { file }))), texts: files, root: examples, pages });

  it("holds for what every broken example, a file that cannot be read and a sound one are told", () => {
    const texts = new Map(broken.map((name) => [path.join(examples, name), fs.readFileSync(path.join(examples, name), "utf8")]));
    const wrong = new Map([[path.join(examples, "wrong.train.yaml"), "data: { train: x.csv, trian: y }\nmodel: [dense: { unitz: 3 }]\nfoo: 1\n"]]);
    for (const files of [texts, wrong, new Map<string, string>()]) {
      const log = logOf(files);
      validate(log);
      expect(validate.errors).toBeNull();
      if (files.size > 0) expect((log.runs as { readonly results: readonly unknown[] }[])[0].results.length).toBeGreaterThan(files === texts ? 5 : 1);
    }
  });

  it("would not hold for a level or a key that SARIF does not know", () => {
    const log = JSON.stringify(logOf(new Map(broken.map((name) => [path.join(examples, name), fs.readFileSync(path.join(examples, name), "utf8")]))));
    expect(validate(JSON.parse(log.replace('"level":"warning","message"', '"level":"bad","message"')))).toBe(false);
    expect(validate(JSON.parse(log.replace('"ruleIndex"', '"ruleNumber"')))).toBe(false);
  });
});
