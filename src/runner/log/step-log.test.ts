import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMasker } from '../../masking/masker.ts';
import { createStepLog } from './step-log.ts';

describe('createStepLog', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'runwright-log-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has nothing secret on disk, and all of it once it has ended', () => {
    const log = createStepLog(join(folder, 'log'), {
      masker: createMasker(['secret-value']),
      limitBytes: 1_000,
    });
    log.write(Buffer.from('one secret-va'));
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('one ');
    log.write(Buffer.from('lue two sec'));
    log.end();
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('one *** two sec');
    expect(log.readAt(4, 3).toString()).toBe('***');
    expect(log.readAt(100, 3)).toHaveLength(0);
    log.close();
  });

  it('is cut at its limit, with a notice', () => {
    const log = createStepLog(join(folder, 'log'), { masker: createMasker([]), limitBytes: 10 });
    for (let i = 0; i < 5; i++) log.write(Buffer.from('12345678'));
    log.end();
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(
      '1234567812\nThe log is longer than 10 bytes (RUNWRIGHT_RUN_LOG); the rest is left out.\n',
    );
    log.close();
  });
});
