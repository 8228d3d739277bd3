import type * as Ort from "onnxruntime-node";
import { DescentError } from "../../common/errors.js";
import type { Backend, Provider, Session, SessionOptions } from "../../engine/training/backend.js";
import { useProviderFolder } from "./binding.js";
import { deviceFailure } from "./failures.js";
import { placementSentence, profilePrefix, takePlacement } from "./placement.js";
import { fromOrtTensor, toOrtTensor } from "./tensors.js";

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
      return wrapSession(ort, inner, options.provider, profile === null ? null : () => tellPlacement(inner, profile, options, log));
    },
  };
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
      ...(profile === null ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      extra: {
        session: {
          // late in training, activations and moments sink into denormals, which cost a hundred cycles each
          set_denormal_as_zero: "1",
          intra_op: { allow_spinning: options.spinning === false ? "0" : "1" },
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
function wrapSession(ort: OrtModule, inner: Ort.InferenceSession, provider: Provider, afterFirst: (() => void) | null): Session {
  let waiting = afterFirst;
  return {
    async run(feeds) {
      const tensors: Record<string, Ort.Tensor> = {};
      for (const name in feeds) tensors[name] = toOrtTensor(ort, feeds[name]);
      let results: Ort.InferenceSession.ReturnType;
      try {
        results = await inner.run(tensors);
      } catch (thrown) {
        throw deviceFailure(messageOf(thrown), provider) ?? new DescentError("execution-failed", `ONNX Runtime failed while running the graph: ${messageOf(thrown)}`, {}, { cause: thrown });
      }
      waiting?.();
      waiting = null;
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor as Ort.Tensor)]));
    },
    release: () => inner.release(),
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
