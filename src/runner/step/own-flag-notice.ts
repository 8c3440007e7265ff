/** The warning of some versions of terraform about the flag that names the run's state. */
const SUMMARY = 'Deprecated flag: -state';
/** The number of lines that are checked: the warning comes first, so later output is not held back. */
const LOOKED_AT = 4;
const BOX_TOP = '╷';
const BOX_BOTTOM = '╵';

/**
 * Leaves out the one warning about a flag that the runner sets: readers of the log did not set it, and cannot avoid
 * it. The rest passes unchanged. Takes and gives whole lines.
 */
export function createNoticeFilter(emit: (lines: Buffer) => void): {
  write(lines: Buffer): void;
  end(): void;
} {
  let left = LOOKED_AT;
  let held: Buffer[] = [];
  const release = () => {
    if (held.length > 0) emit(Buffer.concat(held));
    held = [];
  };

  /** A warning of several lines is held until its frame is complete. */
  function look(line: Buffer): void {
    const isHeld = held.length > 0;
    held.push(line);
    if (isHeld ? !line.includes(BOX_BOTTOM) : line.includes(BOX_TOP)) return;
    left -= 1;
    if (held.some((each) => each.includes(SUMMARY))) {
      held = [];
      left = 0;
    }
    release();
  }

  return {
    write(lines) {
      let rest = lines;
      while (left > 0 && rest.length > 0) {
        const cut = rest.indexOf(0x0a) + 1 || rest.length;
        look(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      if (rest.length > 0) emit(rest);
    },
    end: release,
  };
}
