/**
 * Splits a stream of text into lines and gives each one that is not empty as parsed JSON; what is no JSON becomes `undefined`.
 * Text after the last line break is kept for the next call.
 */
export function createJsonLines(onValue: (value: unknown) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onValue(parse(line));
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
