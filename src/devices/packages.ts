/**
 * What CUDA support is made of: the runtime's provider and the user-space libraries that it loads, so that the driver is all that a
 * machine needs to have. Package names are those of PyPI (and of NuGet for the provider of CUDA 12); a wheel is a zip.
 */

/** Major versions of CUDA that a provider exists for. */
export type CudaMajor = 13 | 12;

/** Machines that NVIDIA's libraries and the provider are published for, as `platform-arch`. */
export type CudaPlatform = "linux-x64" | "win32-x64";

/** One package, and which of its files are needed. */
export interface CudaPackage {
  /** As an index spells it. */
  readonly name: string;
  readonly from: "pypi" | "nuget";
  /** What it is for, in a table that people read. */
  readonly what: string;
  /** Least version and the first that is too new; null: exactly the version of onnxruntime-node. */
  readonly range: readonly [string, string] | null;
  /**
   * Below this version if the index has one: those of the oldest minor version of CUDA run on every driver of the major version,
   * whatever they compile at run time.
   */
  readonly preferBelow?: string;
  /** Paths of the archive's members that are needed. */
  readonly members: Readonly<Record<CudaPlatform, RegExp>>;
}

/** The public index of Python packages; a user's own, from pip's configuration or from the command line, comes first. */
export const publicIndex = "https://pypi.org/simple";

/** The public feed of NuGet packages. */
export const publicFeed = "https://api.nuget.org/v3/index.json";

/** Where the licence of NVIDIA's libraries can be read. */
export const nvidiaLicence = "https://docs.nvidia.com/cuda/eula/";

/** Least driver by CUDA's major version and platform (CUDA Toolkit release notes, "CUDA Toolkit and Minimum Required Driver Version for CUDA Minor Version Compatibility"). */
export const leastDriver: Readonly<Record<CudaMajor, Readonly<Record<CudaPlatform, string>>>> = {
  13: { "linux-x64": "580", "win32-x64": "580" },
  12: { "linux-x64": "525", "win32-x64": "527" },
};

/** Least compute capability by CUDA's major version: CUDA 13 left Maxwell, Pascal and Volta out (its release notes, "Deprecated architectures"). */
export const leastCompute: Readonly<Record<CudaMajor, number>> = { 13: 7.5, 12: 5.0 };

const providerFiles = {
  "linux-x64": /(^|\/)libonnxruntime_providers_(cuda|shared)\.so$/,
  "win32-x64": /(^|\/)onnxruntime_providers_(cuda|shared)\.dll$/,
} as const;

/** Every library of a wheel but cuBLAS' stand-in for Fortran's BLAS and static or alternative builds, which nothing here loads. */
const libraries = {
  "linux-x64": /^nvidia\/(?:[^/]+\/)+lib\/(?!libnvblas|[^/]*\.alt\.)lib[^/]+\.so\.[\d.]+$/,
  "win32-x64": /^nvidia\/(?:[^/]+\/)+bin\/(?:x86_64\/)?(?!nvblas|[^/]*\.alt\.)[^/]+\.dll$/,
} as const;

const cudnn = "Convolutions and normalisation (cuDNN 9)";

/** What is installed, by CUDA's major version. */
export const cudaPackages: Readonly<Record<CudaMajor, readonly CudaPackage[]>> = {
  13: [
    { name: "onnxruntime-gpu", from: "pypi", what: "ONNX Runtime's CUDA provider", range: null, members: providerFiles },
    { name: "nvidia-cuda-runtime", from: "pypi", what: "CUDA runtime", range: ["13.0", "14"], preferBelow: "13.1", members: libraries },
    { name: "nvidia-cublas", from: "pypi", what: "Matrix products (cuBLAS)", range: ["13.0", "14"], preferBelow: "13.2", members: libraries },
    { name: "nvidia-curand", from: "pypi", what: "Random numbers (cuRAND)", range: ["10.4", "11"], preferBelow: "10.4.1", members: libraries },
    { name: "nvidia-cuda-nvrtc", from: "pypi", what: "Compiler that cuDNN uses while it runs", range: ["13.0", "14"], preferBelow: "13.1", members: libraries },
    { name: "nvidia-cudnn-cu13", from: "pypi", what: cudnn, range: ["9.12", "10"], members: libraries },
  ],
  12: [
    { name: "Microsoft.ML.OnnxRuntime.Gpu", from: "nuget", what: "ONNX Runtime's CUDA provider", range: null, members: providerFiles },
    { name: "nvidia-cuda-runtime-cu12", from: "pypi", what: "CUDA runtime", range: ["12.0", "13"], members: libraries },
    { name: "nvidia-cublas-cu12", from: "pypi", what: "Matrix products (cuBLAS)", range: ["12.0", "13"], members: libraries },
    { name: "nvidia-curand-cu12", from: "pypi", what: "Random numbers (cuRAND)", range: ["10.3", "10.4"], members: libraries },
    { name: "nvidia-cufft-cu12", from: "pypi", what: "Fourier transforms (cuFFT)", range: ["11", "12"], members: libraries },
    { name: "nvidia-cuda-nvrtc-cu12", from: "pypi", what: "Compiler that cuDNN uses while it runs", range: ["12.0", "13"], members: libraries },
    { name: "nvidia-cudnn-cu12", from: "pypi", what: cudnn, range: ["9.1", "10"], members: libraries },
  ],
};

/** The package of a platform: NuGet has one of its own for each. */
export function packageName({ name, from }: CudaPackage, platform: CudaPlatform): string {
  return from === "nuget" ? `${name}.${platform === "win32-x64" ? "Windows" : "Linux"}` : name;
}

/** This machine's platform, or null where there is no CUDA for it. */
export function cudaPlatform(platform: string = process.platform, arch: string = process.arch): CudaPlatform | null {
  const name = `${platform}-${arch}`;
  return name === "linux-x64" || name === "win32-x64" ? name : null;
}

/**
 * Version of the GNU C library that this process runs on; null where there is none: on other systems than Linux, and on Linux with another C library
 * (musl, as Alpine has), for which neither NVIDIA nor ONNX Runtime publishes anything.
 */
export function glibcVersion(): string | null {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}
