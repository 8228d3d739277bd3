import type { SerializedError } from "../common/errors.js";

/** Where a report is shown: as a page in a file of its own, or as the content of an editor's panel, in its theme's colours. */
export type ReportLook = "file" | "editor";

/** Given to the thread that writes a report. */
export interface ReportOrder {
  /** Of runs, absolute. */
  readonly folders: readonly string[];
  readonly version: string;
  readonly look: ReportLook;
}

export type ReportAnswer = { readonly html: string; readonly style: string } | { readonly error: SerializedError };
