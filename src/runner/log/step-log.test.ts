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

  const written = (limitBytes: number, parts: readonly string[]): string => {
    const log = createStepLog(join(folder, 'log'), { masker: createMasker(['secret-value']), limitBytes });
    for (const part of parts) log.write(Buffer.from(part));
    log.end();
    log.close();
    const text = readFileSync(join(folder, 'log'), 'utf8');
    rmSync(join(folder, 'log'));
    return text;
  };
  const NOTICE = 'The log is longer than 10 bytes (RUNWRIGHT_RUN_LOG): only its end follows.\n';

  it('is cut at its limit behind a whole line, and has its end', () => {
    expect(written(10, ['one\ntwo\nthree', '\nfour\n'])).toBe(`one\ntwo\n${NOTICE}three\nfour\n`);
    expect(written(10, ['one\ntwo\n', 'three'])).toBe(`one\ntwo\n${NOTICE}three`);
    expect(written(10, ['12345678', '12345678'])).toBe(`1234567812\n${NOTICE}345678`);
    expect(written(10, ['123456789\n', 'more'])).toBe(`123456789\n${NOTICE}more`);
    expect(written(10, ['123456789\n'])).toBe('123456789\n');
  });

  it('says how much is left out before its end, which is masked and begins with a whole line', () => {
    const many = Array.from({ length: 40_000 }, (_, number) => `line ${number}\n`);
    const text = written(10, [...many, 'Error: secret-value\n']);
    const [, leftOut = ''] = /^(\d+) bytes are left out here\.$/m.exec(text) ?? [];
    const all = `${many.join('')}Error: ***\n`;
    const end = text.slice(text.indexOf('left out here.\n') + 'left out here.\n'.length);
    expect(end).toMatch(/^line \d+\n/);
    expect(end.endsWith('line 39999\nError: ***\n')).toBe(true);
    expect(Number(leftOut)).toBe(all.length - end.length - 'line 0\n'.length);
    expect(end.length).toBeGreaterThan(127 * 1024);
  });

  it('keeps the end of a line without a break', () => {
    const text = written(
      10,
      Array.from({ length: 40 }, () => 'x'.repeat(10_000)),
    );
    expect(text.length).toBeLessThan(10 + 128 * 1024 + 200);
    expect(text.endsWith('x'.repeat(128 * 1024))).toBe(true);
  });
});
