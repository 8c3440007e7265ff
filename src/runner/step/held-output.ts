import { COLOURS, createStructuredOutput, createTextOutput } from './engine-output.ts';

/** What a plan says at once, before it has started anything, of a folder that an init would have made otherwise. */
const NEEDS_INIT =
  /^(Inconsistent dependency lock file|Required plugins are not installed|Module not installed|Module source has changed|Backend initialization required, please run "(terraform|tofu) init")/;

const MAX_HELD_BYTES = 256 * 1024;

export interface HeldOutput {
  onOutput(lines: Buffer): void;
  onErrors(lines: Buffer): void;
  /** Whether all that was said is that an init is needed; then nothing of it has got anywhere, nor will. */
  asksForInit(): boolean;
  /** Lets go of what is held. */
  release(): void;
}

/**
 * Holds back what a plan prints until it is seen to be under way, so that of one that only asks for an init nothing is
 * seen.
 *
 * @param toLog gets what is let go, in the order in which it came
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

/** Of JSON lines anything but the version and diagnostics; of text anything but warnings and errors. */
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
