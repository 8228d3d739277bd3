import type * as Ort from "onnxruntime-node";
import { DescentError } from "../../common/errors.js";
import type { Backend, Session, SessionOptions } from "../../engine/training/backend.js";
import { useProviderFolder } from "./binding.js";
import { fromOrtTensor, toOrtTensor } from "./tensors.js";

type OrtModule = typeof Ort;

/**
 * ONNX Runtime's Node.js binding as the engine's backend. The binding is loaded at the first call (tens of milliseconds
 * that a refused job does not pay). A provider that the machine lacks is `device-unavailable`.
 */
export function createOnnxRuntimeBackend(): Backend {
  return {
    async createSession(model, options) {
      const ort = await loadOnnxRuntime();
      const inner = await openSession(ort, model, options);
      return wrapSession(ort, inner);
    },
  };
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

async function openSession(ort: OrtModule, model: Uint8Array, options: SessionOptions): Promise<Ort.InferenceSession> {
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

function wrapSession(ort: OrtModule, inner: Ort.InferenceSession): Session {
  return {
    async run(feeds) {
      const tensors: Record<string, Ort.Tensor> = {};
      for (const name in feeds) tensors[name] = toOrtTensor(ort, feeds[name]);
      let results: Ort.InferenceSession.ReturnType;
      try {
        results = await inner.run(tensors);
      } catch (thrown) {
        throw new DescentError("execution-failed", `ONNX Runtime failed while running the graph: ${messageOf(thrown)}`, {}, { cause: thrown });
      }
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor as Ort.Tensor)]));
    },
    release: () => inner.release(),
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
