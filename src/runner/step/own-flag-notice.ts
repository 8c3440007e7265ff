/** What some versions of terraform say of the flag that tells them where the run's state is. */
const SUMMARY = 'Deprecated flag: -state';
/** It comes before anything that happens: nothing is held back later on. */
const LOOKED_AT = 4;
const BOX_TOP = '╷';
const BOX_BOTTOM = '╵';

/**
 * Leaves out the one warning that is about a flag of the runner's own: nobody who reads the log has set it, or can do
 * without it. The rest passes as it is. Takes and gives whole lines.
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

  /** A warning of several lines is held until its frame is closed. */
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
