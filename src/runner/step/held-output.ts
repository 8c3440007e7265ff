import { COLOURS, createStructuredOutput, createTextOutput } from './engine-output.ts';

/** Errors of a plan, before it has started anything, when its folder lacks something that an init provides. */
const NEEDS_INIT =
  /^(Inconsistent dependency lock file|Required plugins are not installed|Module not installed|Module source has changed|Backend initialization required, please run "(terraform|tofu) init")/;

const MAX_HELD_BYTES = 256 * 1024;

export interface HeldOutput {
  onOutput(lines: Buffer): void;
  onErrors(lines: Buffer): void;
  /** Whether the whole output only asks for an init; then none of it has been or will be passed on. */
  asksForInit(): boolean;
  /** Passes the held output on. */
  release(): void;
}

/**
 * Holds back a plan's output until the plan is under way, so that a plan that only asks for an init shows nothing.
 *
 * @param toLog gets the released output in its order
 */
export function holdOutput(
  toLog: { onOutput(lines: Buffer): void; onErrors(lines: Buffer): void },
  isStructured: boolean,
): HeldOutput {
  let held: { lines: Buffer; to: (lines: Buffer) => void }[] | undefined = [];
  let heldBytes = 0;

  function release(): void {
    const all = held ?? [];
    held = undefined;
    for (const { lines, to } of all) to(lines);
  }
  function take(lines: Buffer, to: (lines: Buffer) => void, isUnderWay: boolean): void {
    if (held === undefined) return to(lines);
    held.push({ lines, to });
    heldBytes += lines.length;
    if (isUnderWay || heldBytes > MAX_HELD_BYTES) release();
  }
  return {
    onOutput: (lines) => take(lines, toLog.onOutput, isUnderWay(lines)),
    onErrors: (lines) => take(lines, toLog.onErrors, false),
    asksForInit() {
      if (held === undefined) return false;
      const output = isStructured ? createStructuredOutput() : createTextOutput();
      output.read(Buffer.concat(held.map(({ lines }) => lines)));
      if (!NEEDS_INIT.test(output.firstError() ?? '')) return false;
      held = [];
      return true;
    },
    release,
  };
}

/** Whether the plan is under way: JSON lines other than the version and diagnostics, or text other than diagnostics. */
function isUnderWay(lines: Buffer): boolean {
  return lines
    .toString('utf8')
    .replace(COLOURS, '')
    .split('\n')
    .some((line) =>
      line.startsWith('{')
        ? !/"type":"(version|diagnostic)"/.test(line)
        : !/^([\u2502\u2577\u2575\s]|$|Error:|Warning:)/.test(line),
    );
}
