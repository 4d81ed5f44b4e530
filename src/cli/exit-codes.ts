/** The command's exit codes. `record` otherwise ends with the target's own code, or 128+n when signal n ended it. */
export const EXIT = {
  /** A file could not be read or is not what it should be. */
  badInput: 1,
  /** Wrong options or arguments. */
  usage: 2,
  /** `report --fail-on-egress`: the program called a host that it should not. */
  egress: 3,
  /** stackscope itself failed; the target was not the cause. */
  failed: 125,
  /** The command was found and cannot be run. */
  cannotRun: 126,
  /** The command was not found. */
  notFound: 127,
} as const;
