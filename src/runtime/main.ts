/**
 * The runtime process: forked with one job, which arrives as the first IPC message, and gone when it is done. What a job needs is
 * loaded when it is known which one it is.
 */
import "../protocol/interpretSchemas.js";
import { DescentError, toDescentError } from "../common/errors.js";
import { assertNever } from "../common/assertNever.js";
import { jobSchema, type Job } from "../protocol/runtime.js";
import { isWarmUp } from "../protocol/warmUp.js";
import { stayBehindTheEditor } from "./priority.js";
import { ipcReport, type Report } from "./report.js";

async function runJob(job: Job, report: Report): Promise<void> {
  switch (job.job) {
    case "train":
      return (await import("./training/trainJob.js")).trainJob(job, report);
    case "lint-data":
      return report.done(await (await import("./jobs/lintData.js")).lintData(job, report));
    case "check":
      return report.done(await (await import("./jobs/check.js")).check(job, report));
    case "try-fix":
      return report.done(await (await import("./jobs/tryFix.js")).tryFix(job, report));
    case "tell-apart":
      return report.done(await (await import("./jobs/tellApart.js")).tellApartJob(job, report));
    case "evaluate":
      return report.done(await (await import("./jobs/evaluate.js")).evaluate(job, report));
    case "predict":
      return report.done(await (await import("./jobs/predict.js")).predict(job, report));
    case "export":
      return report.done(await (await import("./jobs/exportRun.js")).exportRun(job, report));
    case "examples":
      return report.done(await (await import("./jobs/examples.js")).examples(job, report));
    case "figures":
      return report.done(await (await import("./jobs/examples.js")).figures(job, report));
    case "project":
      return report.done(await (await import("./jobs/project.js")).project(job, report));
    case "curvature":
      return report.done(await (await import("./jobs/curvature.js")).curvature(job, report));
    case "surface":
      return report.done(await (await import("./jobs/lossSurface.js")).computeLossSurface(job, report));
    case "inspect":
      return (await import("./jobs/inspect.js")).inspect(job, report);
    case "differentiate":
      return report.done(await (await import("./jobs/differentiate.js")).differentiate(job));
    case "sample":
      return report.done(await (await import("./jobs/sample.js")).sample(job));
    case "devices":
      return report.done({ devices: await (await import("./backend/devices.js")).listDevices() });
    case "plan-cuda":
      return report.done(await (await import("./jobs/installCuda.js")).planCuda(job));
    case "install-cuda":
      return report.done(await (await import("./jobs/installCuda.js")).installCuda(job, report));
    default:
      return assertNever(job);
  }
}

async function main(value: unknown): Promise<void> {
  const report = ipcReport();
  try {
    const checked = jobSchema.safeParse(value);
    if (!checked.success) throw new DescentError("wrong-job", `The job is not understood: ${checked.error.issues[0].path.join(".")} ${checked.error.issues[0].message}. The extension and its runtime may be of different versions.`);
    // nobody waits for a short job any more once the process that asked is gone
    if (checked.data.job !== "train") process.once("disconnect", () => process.exit(1));
    else if (checked.data.owner === "host") stayBehindTheEditor();
    await runJob(checked.data, report);
    process.exit(0);
  } catch (thrown) {
    const error = toDescentError(thrown);
    if (error.code === "internal-error" && error.cause instanceof Error) report.log("error", error.cause.stack ?? error.message);
    await report.refused(error.toJSON());
    process.exit(2);
  }
}

// whoever read our output may go away while training goes on
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
process.once("message", (value) => {
  if (!isWarmUp(value)) return void main(value);
  const exit = () => process.exit(0);
  const rehearsal = new AbortController();
  process.once("disconnect", exit); // nobody will send a job any more
  process.once("message", (job) => {
    rehearsal.abort();
    process.off("disconnect", exit);
    void main(job);
  });
  // whoever needs in earnest what fails here hears of it
  void import("./training/trainJob.js").catch(() => {});
  void import("./backend/onnxRuntimeBackend.js").then(({ loadOnnxRuntime }) => loadOnnxRuntime()).catch(() => {});
  if (value.rehearse) void import("./training/rehearse.js").then(({ rehearse }) => rehearse(rehearsal.signal)).catch(() => {});
});
if (!process.send) {
  console.error("error[wrong-usage]: this is Descent's training process; use the command line or the editor.");
  process.exit(2);
}
