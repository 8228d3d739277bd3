import type * as Ort from "onnxruntime-node";
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../../engine/graph/types.js";
import { isOnDevice, type Backend, type DeviceMemory, type DeviceTensor, type Feeds, type Provider, type Session, type SessionOptions } from "../../engine/training/backend.js";
import { runtimeVersion, useProviderFolder } from "./binding.js";
import { canKeep, createDeviceMemory, fromOrtResult, toOrtFeeds } from "./deviceMemory.js";
import { deviceFailure } from "./failures.js";
import { createGraphCache, type GraphCache } from "./graphCache.js";
import { unwantedOptimizers } from "./optimizers.js";
import { placementSentence, profilePrefix, takePlacement } from "./placement.js";

type OrtModule = typeof Ort;

/**
 * ONNX Runtime's Node.js binding as the engine's backend. The binding is loaded at the first call (tens of milliseconds
 * that a refused job does not pay). A provider that the machine lacks is `device-unavailable`.
 * `graphs`: a folder in which optimised graphs are kept; null, none are.
 */
export function createOnnxRuntimeBackend(log: (level: "debug" | "warning", text: string) => void = () => {}, graphs: string | null = null): Backend {
  const cache = graphs === null ? null : createGraphCache(graphs, runtimeVersion());
  return {
    async createSession(model, options) {
      const ort = await loadOnnxRuntime();
      const profile = options.provider === "cpu" ? null : profilePrefix();
      const inner = options.provider === "cpu" && cache !== null ? await openKept(ort, model, options, cache) : await openSession(ort, model, options, { profile });
      return wrapSession(ort, inner, options, profile === null ? null : () => tellPlacement(inner, profile, options, log));
    },
    deviceMemory: (provider) => (canKeep(provider) ? deviceMemoryOf(provider) : null),
  };
}

/** One a process: what it passes tensors with is made once. */
const deviceMemories = new Map<Provider, DeviceMemory>();

function deviceMemoryOf(provider: Provider): DeviceMemory {
  const memory = deviceMemories.get(provider) ?? createDeviceMemory(loadOnnxRuntime, {
    open: async (model, kept) => openSession(await loadOnnxRuntime(), model, { provider, threads: 1, kept }),
    run: (session, feeds) => runSession(session, feeds, provider),
  });
  deviceMemories.set(provider, memory);
  return memory;
}

/** After a session's first run on a GPU: ends its profile, and tells which nodes did not run there. */
function tellPlacement(inner: Ort.InferenceSession, profile: string, { provider }: SessionOptions, log: (level: "debug" | "warning", text: string) => void): void {
  inner.endProfiling();
  const placed = takePlacement(profile);
  if (placed === null) return;
  log("debug", `placement: ${placed.map(({ provider: where, op, nodes, milliseconds }) => `${nodes} ${op} on ${where.replace("ExecutionProvider", "")} (${milliseconds.toFixed(1)} ms)`).join(", ")}`);
  const sentence = placementSentence(placed, provider);
  if (sentence !== null) log("warning", sentence);
}

let loading: Promise<OrtModule> | null = null;

/** The binding, loaded once a process. Throws `runtime-missing` where the package has no binary for this machine. */
export function loadOnnxRuntime(): Promise<OrtModule> {
  if (loading === null) useProviderFolder();
  loading ??= import("onnxruntime-node").then(quiet).catch((thrown: unknown) => {
    loading = null;
    throw new DescentError("runtime-missing", `ONNX Runtime cannot be loaded on ${process.platform}-${process.arch}: ${messageOf(thrown)}`, {}, { cause: thrown });
  });
  return loading;
}

/** What fails is thrown and told by us; the runtime need not print it too. Sessions have a level of their own. */
function quiet(ort: OrtModule): OrtModule {
  ort.env.logLevel = "fatal";
  return ort;
}

/**
 * A waiting thread spins this long, then sleeps. The runtime's own time is so long that, beside two busy programs on two cores, an MLP's step at two threads
 * took 1.2 to 4.2 times its time, where two are its share; with this 1.8 times, and as fast as with the longer time where nobody else computes (bench/README.md).
 */
const spinMicroseconds = "500";

interface Opening {
  /** Where a profile is written; null: none is. */
  readonly profile?: string | null;
  /** Whether the graph is one that the runtime has optimised before. */
  readonly optimised?: boolean;
  /** Where the optimised graph is to be written. */
  readonly writeTo?: string | null;
}

/** A session from the optimised graph, where it is known; else from the model, whose optimised graph is then kept. A kept one that is refused is made anew. */
async function openKept(ort: OrtModule, model: Uint8Array, options: SessionOptions, cache: GraphCache): Promise<Ort.InferenceSession> {
  const asked = [options.provider, unwantedFor(options)];
  const graph = cache.find(model, asked);
  if (graph !== null) {
    try {
      return await openSession(ort, graph, options, { optimised: true });
    } catch {
      // of a runtime that says the same version and is another; it is replaced
    }
  }
  const writeTo = cache.placeFor(model);
  if (writeTo === null) return openSession(ort, model, options);
  try {
    const session = await openSession(ort, model, options, { writeTo });
    cache.keep(model, asked, writeTo);
    return session;
  } catch {
    // the disk may be full, which is no reason not to train; what is wrong with the model itself is said again
    cache.forget(writeTo);
    return openSession(ort, model, options);
  }
}

/** As the runtime takes them. Other providers than the processor add nodes of their own, of which the graph tells nothing. */
function unwantedFor({ provider, operators }: SessionOptions): string {
  return unwantedOptimizers(provider === "cpu" ? operators : undefined).join(";");
}

async function openSession(ort: OrtModule, model: Uint8Array, options: SessionOptions, { profile = null, optimised = false, writeTo = null }: Opening = {}): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: [options.provider],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: optimised ? "disabled" : "all",
      ...(writeTo === null ? {} : { optimizedModelFilePath: writeTo }),
      logSeverityLevel: 4, // what fails is thrown too
      // one block planned for a whole step holds twice what its tensors need (ResNet-20 at batch 128: 688 MB against 375), for at most 5 % of speed
      enableMemPattern: false,
      ...(options.kept === undefined || options.kept.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(options.kept.map((name) => [name, "gpu-buffer" as const])) }),
      ...(profile === null ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      extra: {
        optimization: { disable_specified_optimizers: unwantedFor(options) },
        session: {
          // late in training, activations and moments sink into denormals, which cost a hundred cycles each
          set_denormal_as_zero: "1",
          intra_op: { allow_spinning: options.spinning === false ? "0" : "1", spin_duration_us: spinMicroseconds },
        },
      },
    });
  } catch (thrown) {
    const words = messageOf(thrown);
    const failure = deviceFailure(words, options.provider);
    if (failure !== null) throw failure;
    if (options.provider !== "cpu" && isProviderFailure(words)) {
      throw new DescentError("device-unavailable", `The device ${options.provider} cannot be used here: ${words}`, { path: "device" }, { cause: thrown });
    }
    throw new DescentError("session-refused", `ONNX Runtime refuses the graph: ${words}`, {}, { cause: thrown });
  }
}

/** ONNX Runtime has no error code for a missing provider; these words are its own. */
function isProviderFailure(words: string): boolean {
  return /no available backend|backend not found|execution provider|provider.*(not|fail)|libonnxruntime_providers|adapter|webgpu|cuda/i.test(words);
}

/** `afterFirst`: called once, when the first run is done. */
function wrapSession(ort: OrtModule, inner: Ort.InferenceSession, { provider, kept: keeps }: SessionOptions, afterFirst: (() => void) | null): Session {
  let waiting = afterFirst;
  const runKeeping = async (feeds: Feeds) => {
    const outputs = Object.entries(await runSession(inner, toOrtFeeds(ort, feeds), provider)).map(([name, tensor]) => [name, fromOrtResult(tensor as Ort.Tensor)] as const);
    waiting?.();
    waiting = null;
    const results: Record<string, ConstantTensor> = {};
    const kept: Record<string, DeviceTensor> = {};
    for (const [name, value] of outputs) {
      if (isOnDevice(value)) kept[name] = value;
      else results[name] = value;
    }
    return { results, kept };
  };
  return {
    run: async (feeds) => (await runKeeping(feeds)).results,
    ...(keeps === undefined ? {} : { runKeeping }),
    release: () => inner.release(),
  };
}

async function runSession(session: Ort.InferenceSession, feeds: Record<string, Ort.Tensor>, provider: Provider): Promise<Ort.InferenceSession.ReturnType> {
  try {
    return await session.run(feeds);
  } catch (thrown) {
    throw deviceFailure(messageOf(thrown), provider) ?? lookupFailure(messageOf(thrown)) ?? new DescentError("execution-failed", `ONNX Runtime failed while running the graph: ${messageOf(thrown)}`, {}, { cause: thrown });
  }
}

/** An index that a table does not have, in the runtime's words; null where they say something else. Which data hold it is not known here. */
function lookupFailure(message: string): DescentError | null {
  const found = /Name:'([^']*)' Status Message: indices element out of data bounds, idx=(-?\d+) must be within the inclusive range \[(-?\d+),(-?\d+)\]/.exec(message);
  return found === null ? null : new DescentError("embedding-indices", `The model looks up the index ${found[2]} (node ${found[1]}), and there are 0 to ${found[4]}: the data hold an index that its table does not have.`, { path: "model" });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
