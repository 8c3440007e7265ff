import { StepFailure } from '../step-failure.ts';

export interface CollectedOutput {
  add(lines: Buffer): void;
  /** Errors: {@link StepFailure} when there was more than may be kept. */
  bytes(): Buffer;
  /** The part that was kept. */
  kept(): Buffer;
}

/** The output of a command, to be read as a whole. Bytes beyond `maxBytes` are dropped at once. */
export function collectOutput(command: string, maxBytes: number): CollectedOutput {
  const chunks: Buffer[] = [];
  let length = 0;
  let isCut = false;
  return {
    add(lines) {
      if (length + lines.length > maxBytes) isCut = true;
      if (isCut) return;
      chunks.push(lines);
      length += lines.length;
    },
    bytes() {
      if (isCut) {
        const detail = 'That is more than is read of it. Split the configuration into smaller workspaces.';
        throw new StepFailure(`${command} printed more than ${maxBytes} bytes`, detail);
      }
      return Buffer.concat(chunks);
    },
    kept: () => Buffer.concat(chunks),
  };
}
