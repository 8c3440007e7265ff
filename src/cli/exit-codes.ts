/** The meaning of the exit codes of every command. `--help` prints the same. */
export const EXIT = {
  ok: 0,
  /** A run errored, was canceled or discarded, or the server refused the request. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The server cannot be reached or does not accept the token. */
  unavailable: 3,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  the run errored, was canceled or discarded, or the server refused
  2  the command line is wrong
  3  the server cannot be reached or does not accept the token`;

/** Sets the exit code of the command that runs. */
export type SetExitCode = (exitCode: number) => void;
