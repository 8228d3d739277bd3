/** What the command line's exit codes say (docs, "command line"). */
export const exitCodes = {
  done: 0,
  /** Findings of severity error, or a failed run. */
  findings: 1,
  /** Wrong usage, or input that cannot be read or computed. */
  unusable: 2,
  interrupted: 130,
} as const;
