import type * as Ort from "onnxruntime-node";
import { DescentError } from "../../common/errors.js";
import type { ConstantTensor } from "../../engine/graph/types.js";
import { isOnDevice, type Backend, type DeviceMemory, type DeviceTensor, type Feeds, type Provider, type Session, type SessionOptions } from "../../engine/training/backend.js";
import { useProviderFolder } from "./binding.js";
import { canKeep, createDeviceMemory, fromOrtResult, toOrtFeeds } from "./deviceMemory.js";
import { deviceFailure } from "./failures.js";
import { placementSentence, profilePrefix, takePlacement } from "./placement.js";

type OrtModule = typeof Ort;

/**
 * ONNX Runtime's Node.js binding as the engine's backend. The binding is loaded at the first call (tens of milliseconds
 * that a refused job does not pay). A provider that the machine lacks is `device-unavailable`.
 */
export function createOnnxRuntimeBackend(log: (level: "debug" | "warning", text: string) => void = () => {}): Backend {
  return {
    async createSession(model, options) {
      const ort = await loadOnnxRuntime();
      const profile = options.provider === "cpu" ? null : profilePrefix();
      const inner = await openSession(ort, model, options, profile);
      return wrapSession(ort, inner, options, profile === null ? null : () => tellPlacement(inner, profile, options, log));
    },
    deviceMemory: (provider) => (canKeep(provider) ? deviceMemoryOf(provider) : null),
  };
}

/** One a process: what it passes tensors with is made once. */
const deviceMemories = new Map<Provider, DeviceMemory>();

function deviceMemoryOf(provider: Provider): DeviceMemory {
  const memory = deviceMemories.get(provider) ?? createDeviceMemory(loadOnnxRuntime, {
    open: async (model, kept) => openSession(await loadOnnxRuntime(), model, { provider, threads: 1, kept }, null),
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

async function openSession(ort: OrtModule, model: Uint8Array, options: SessionOptions, profile: string | null): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: [options.provider],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      // one block planned for a whole step holds twice what its tensors need (ResNet-20 at batch 128: 688 MB against 375), for at most 5 % of speed
      enableMemPattern: false,
      ...(options.kept === undefined || options.kept.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(options.kept.map((name) => [name, "gpu-buffer" as const])) }),
      ...(profile === null ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      extra: {
        // the fused kernel takes 0.79 ms for [1024, 128], an addition and LayerNormalization together 0.14
        optimization: { disable_specified_optimizers: "SkipLayerNormFusion" },
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
    throw deviceFailure(messageOf(thrown), provider) ?? new DescentError("execution-failed", `ONNX Runtime failed while running the graph: ${messageOf(thrown)}`, {}, { cause: thrown });
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
