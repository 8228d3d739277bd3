/** Where the runtime put a graph's nodes: read from its own profile of a session's first run, as it tells it nowhere else to a program. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Milliseconds and count of an operator's runs on one execution provider. */
export interface PlacedOperator {
  readonly provider: string;
  readonly op: string;
  readonly nodes: number;
  readonly milliseconds: number;
}

/** Beginning of a profile's file name, unique to a session; the runtime adds a time and `.json`. */
export function profilePrefix(): string {
  return path.join(os.tmpdir(), `descent-profile-${process.pid}-${Math.random().toString(36).slice(2)}`);
}

/** Reads and removes the profile. null where the runtime wrote none. */
export function takePlacement(prefix: string): readonly PlacedOperator[] | null {
  const folder = path.dirname(prefix);
  const name = fs.readdirSync(folder).find((each) => each.startsWith(path.basename(prefix)));
  if (name === undefined) return null;
  const file = path.join(folder, name);
  const text = fs.readFileSync(file, "utf8");
  fs.rmSync(file);
  return parsePlacement(text);
}

/** Operators by provider, dearest first, from a profile in the trace event format. Control flow is not counted: its time is that of what it runs. */
export function parsePlacement(profile: string): readonly PlacedOperator[] {
  const seen = new Map<string, { provider: string; op: string; names: Set<string>; milliseconds: number }>();
  for (const event of JSON.parse(profile) as readonly ProfileEvent[]) {
    const { op_name: op, provider } = event.args ?? {};
    if (event.cat !== "Node" || op === undefined || provider === undefined || !event.name.endsWith("_kernel_time") || ["Loop", "If", "Scan"].includes(op)) continue;
    const key = `${provider}/${op}`;
    const one = seen.get(key) ?? { provider, op, names: new Set<string>(), milliseconds: 0 };
    one.names.add(event.name);
    one.milliseconds += event.dur / 1000;
    seen.set(key, one);
  }
  return [...seen.values()].map(({ provider, op, names, milliseconds }) => ({ provider, op, nodes: names.size, milliseconds })).sort((a, b) => b.milliseconds - a.milliseconds);
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** Operators that the runtime itself puts on the processor, because they compute sizes, indices and the condition of a loop, which it needs there. */
const ofSizes = new Set(["Shape", "Size", "Gather", "Unsqueeze", "Squeeze", "Concat", "Slice", "Cast", "Range", "Constant", "Identity", "Reshape"]);

/**
 * A sentence about what of a graph runs on the processor although it was meant for a GPU; null where nothing does. Copies that come with it
 * are named with it.
 */
export function placementSentence(placed: readonly PlacedOperator[], device: string): string | null {
  const onProcessor = placed.filter(({ provider, op }) => provider === "CPUExecutionProvider" && !op.startsWith("Memcpy"));
  const dear = onProcessor.filter(({ op }) => !ofSizes.has(op));
  if (dear.length === 0) return null;
  const copies = placed.filter(({ op }) => op.startsWith("Memcpy")).reduce((sum, { nodes }) => sum + nodes, 0);
  const list = dear.map(({ op, nodes }) => (nodes === 1 ? op : `${nodes} ${op}`)).join(", ");
  return `Not everything runs on ${device}: ONNX Runtime computes ${list} on the processor${copies > 0 ? `, with ${copies} copies between the two` : ""}. Each step waits for that.`;
}
