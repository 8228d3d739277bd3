/** Standard output and standard error of the command line. */
import fs from "node:fs";
import path from "node:path";
import { DescentError, toDescentError } from "../common/errors.js";
import type { Finding } from "../protocol/finding.js";

/** One JSON object on a line of its own. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value));
}

/**
 * A line on standard output, handed over before this returns, so that what was printed stands even if the process is killed next.
 * A reader that has gone away (`| head`) ends the process without a complaint.
 */
export function printLine(text: string): void {
  writeAll(1, text + "\n");
}

/** Text that brings its own line ends. */
export function printText(text: string): void {
  writeAll(1, text);
}

/** A line on standard error. */
export function printNote(text: string): void {
  writeAll(2, text + "\n");
}

/** A failure: `error[code]: sentence`, and where. */
export function printError(thrown: unknown): void {
  const error = toDescentError(thrown);
  printNote(`error[${error.code}]: ${error.message}`);
  const place = placeOf(error);
  if (place) printNote(`  at ${place}`);
  if (error.code === "internal-error" && error.cause instanceof Error) printNote(error.cause.stack ?? "");
}

/** A finding as people read it: place, severity and rule, the sentence. */
export function findingText(finding: Finding): string {
  const start = finding.range?.start;
  const place = finding.file ? `${relative(finding.file)}${start ? `:${start.line}:${start.column}` : ""}: ` : "";
  return `${place}${finding.severity}[${finding.rule}]: ${finding.message}`;
}

function placeOf({ location: { file, path: at, range } }: DescentError): string {
  const place = file ? `${relative(file)}${range ? `:${range.start.line}:${range.start.column}` : ""}` : "";
  return [place, at].filter((part) => part !== undefined && part !== "").join(" ");
}

/** A path as a person in this folder would write it. */
export function relative(file: string): string {
  const short = path.relative(process.cwd(), file);
  return path.isAbsolute(file) && !short.startsWith("..") && short !== "" ? short : file;
}

const wait = new Int32Array(new SharedArrayBuffer(4));

function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(descriptor, bytes, at);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      // a pipe that is full for the moment and does not block
      if (code === "EAGAIN") Atomics.wait(wait, 0, 0, 2);
      else if (code === "EPIPE" || code === "EOF") process.exit(descriptor === 1 ? 0 : process.exitCode);
      else throw thrown;
    }
  }
}
