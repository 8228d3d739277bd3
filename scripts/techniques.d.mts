export type TestReference = readonly [file: string, title: string, fixtures?: string, cases?: readonly string[]];

export interface Technique {
  readonly name: string;
  /** Paths in a training file. */
  readonly keys: readonly string[];
  /** None: the technique is not built. */
  readonly tests: readonly TestReference[];
  /** What the tests' figures come from. */
  readonly reference: string;
}

export interface Section {
  readonly title: string;
  readonly techniques: readonly Technique[];
}

export function missingTests(): readonly string[];
export function techniquesPage(): string;
