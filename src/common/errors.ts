/** A position in a text file; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a text file; `end` is exclusive. */
export interface TextRange {
  readonly start: Position;
  readonly end: Position;
}

/** Where a failure comes from: a file, a path into the training file (`optimizer.adam.lr`), a range of text. */
export interface ErrorLocation {
  readonly file?: string;
  readonly path?: string;
  readonly range?: TextRange;
}

/**
 * An expected failure: something about the user's input, files or machine, never a defect of ours.
 * `code` is kebab-case and stable (users search for it), the message is one sentence that says what is wrong
 * and, where it is not obvious, what to do.
 */
export class DescentError extends Error {
  override readonly name = "DescentError";

  constructor(
    readonly code: string,
    message: string,
    readonly location: ErrorLocation = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The same failure, with what an outer layer knows about its place; what is known already stays. */
  at(location: ErrorLocation): DescentError {
    return new DescentError(this.code, this.message, { ...location, ...this.location }, { cause: this.cause });
  }

  /** What crosses a process border. */
  toJSON(): SerializedError {
    return { code: this.code, message: this.message, ...this.location };
  }
}

/** A DescentError as data. */
export interface SerializedError extends ErrorLocation {
  readonly code: string;
  readonly message: string;
}

/** Any thrown value as a DescentError; a defect of ours gets the code `internal-error` and keeps its stack as cause. */
export function toDescentError(thrown: unknown): DescentError {
  if (thrown instanceof DescentError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DescentError("internal-error", message, {}, { cause: thrown });
}

/** The inverse of `DescentError.toJSON`. */
export function fromSerializedError(error: SerializedError): DescentError {
  const { code, message, ...location } = error;
  return new DescentError(code, message, location);
}
