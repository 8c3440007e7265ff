import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { createLogMasker } from '../../masking/log-masker.ts';
import type { Masker } from '../../masking/masker.ts';
import { createTail } from './tail.ts';

/**
 * A step's log: masked, capped, in a file. Of what is beyond its limit the end is kept, since it tells how the step ended. With the file a restart of the server is harmless: the bytes that the
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

/** What is kept of the end of a log that is too long. */
const TAIL_BYTES = 128 * 1024;
const NEWLINE = 0x0a;

export function createStepLog(file: string, options: StepLogOptions): StepLog {
  const fd = openSync(file, 'wx+', 0o600);
  const masker = createLogMasker(options.masker);
  let lengthBytes = 0;
  const tail = createTail(TAIL_BYTES);
  let isFull = false;
  let isAtLineStart = true;
  let isEnded = false;
  let notify = () => {};

  function append(bytes: Buffer): void {
    const room = options.limitBytes - lengthBytes;
    if (isFull) tail.push(bytes);
    else if (bytes.length <= room) put(bytes);
    else {
      isFull = true;
      // Programs read the lines of terraform's log as JSON: only a line that is already begun is cut.
      const lineEnd = bytes.subarray(0, room).lastIndexOf(NEWLINE) + 1;
      const isLineCut = lineEnd === 0 && !isAtLineStart;
      const accepted = bytes.subarray(0, isLineCut ? room : lineEnd);
      const notice = `The log is longer than ${options.limitBytes} bytes (RUNWRIGHT_RUN_LOG): only its end follows.\n`;
      put(Buffer.concat([accepted, Buffer.from(isLineCut ? `\n${notice}` : notice)]));
      tail.push(bytes.subarray(accepted.length));
    }
  }

  function put(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(fd, bytes, done, bytes.length - done, lengthBytes + done);
    }
    lengthBytes += bytes.length;
    if (bytes.length > 0) isAtLineStart = bytes.at(-1) === NEWLINE;
  }

  function putTail(): void {
    const { bytes, leftOutBytes } = tail.take();
    if (leftOutBytes > 0) put(Buffer.from(`${leftOutBytes} bytes are left out here.\n`));
    put(bytes);
  }

  return {
    write(bytes) {
      append(masker.write(bytes));
      if (!isFull) notify();
    },
    end() {
      if (isEnded) return;
      append(masker.end());
      putTail();
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
