import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { createLogMasker } from '../../masking/log-masker.ts';
import type { Masker } from '../../masking/masker.ts';

/**
 * A step's log: masked, capped, in a file. With the file a restart of the server is harmless: the bytes that the
 * server does not have yet are read from there again.
 */
export interface StepLog {
  write(bytes: Uint8Array): void;
  /** Releases the text that masking held back. Nothing may be written afterwards. */
  end(): void;
  lengthBytes(): number;
  readAt(offset: number, maxBytes: number): Buffer;
  /** Sets the one listener: it is called after every growth and after the end. */
  onChange(listener: () => void): void;
  isEnded(): boolean;
  close(): void;
}

export interface StepLogOptions {
  masker: Masker;
  limitBytes: number;
}

export function createStepLog(file: string, options: StepLogOptions): StepLog {
  const fd = openSync(file, 'wx+', 0o600);
  const masker = createLogMasker(options.masker);
  let lengthBytes = 0;
  let isFull = false;
  let isEnded = false;
  let notify = () => {};

  function append(bytes: Buffer): void {
    if (isFull || bytes.length === 0) return;
    let accepted = bytes;
    if (lengthBytes + bytes.length > options.limitBytes) {
      isFull = true;
      const notice = `\nThe log is longer than ${options.limitBytes} bytes (RUNWRIGHT_RUN_LOG); the rest is left out.\n`;
      accepted = Buffer.concat([bytes.subarray(0, options.limitBytes - lengthBytes), Buffer.from(notice)]);
    }
    for (let done = 0; done < accepted.length;) {
      done += writeSync(fd, accepted, done, accepted.length - done, lengthBytes + done);
    }
    lengthBytes += accepted.length;
  }

  return {
    write(bytes) {
      if (isFull) return;
      append(masker.write(bytes));
      notify();
    },
    end() {
      if (isEnded) return;
      append(masker.end());
      isEnded = true;
      notify();
    },
    lengthBytes: () => lengthBytes,
    readAt(offset, maxBytes) {
      const buffer = Buffer.alloc(Math.max(0, Math.min(maxBytes, lengthBytes - offset)));
      return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, offset));
    },
    onChange(listener) {
      notify = listener;
    },
    isEnded: () => isEnded,
    close: () => closeSync(fd),
  };
}
