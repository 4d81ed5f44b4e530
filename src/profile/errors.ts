/**
 * A failure the user can act on: one sentence that says what, where (file, byte or line) and what to do. The
 * command prints `message` alone and exits with `exitCode`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    /** Stable, `UPPER_SNAKE`, listed in docs/errors.md. */
    readonly code: string,
    message: string,
    /** 2 for wrong usage, 125 when stackscope itself failed, 126/127 as shells use them; 1 for bad input. */
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
