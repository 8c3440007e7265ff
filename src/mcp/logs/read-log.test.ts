import type { OpenAnswer } from '@runwright/client';
import { describe, expect, test } from 'vitest';
import { readErrors, readMatching, readTail } from './read-log.ts';

/** A log as a server sends it, in pieces of this size. */
function logOf(text: string, pieceSize = 7): OpenAnswer {
  const bytes = new TextEncoder().encode(text);
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < bytes.length; at += pieceSize) {
      await Promise.resolve();
      yield bytes.subarray(at, at + pieceSize);
    }
  }
  return { status: 200, headers: new Headers(), chunks: chunks(), close: () => Promise.resolve() };
}

describe('the end of a log', () => {
  test('has no colours, markers or JSON, and names the byte to read on from', async () => {
    const text = '\u0002one\n\u001b[1mtwo\u001b[0m ü\n{"@level":"info","@message":"three"}\n\u0003';
    const tail = await readTail(logOf(text), 10, 1_000);
    expect(tail).toEqual({
      text: 'one\ntwo ü\nthree',
      offset: 0,
      nextCursor: new TextEncoder().encode(text).length,
      isComplete: true,
      isTruncated: false,
    });
  });

  test('holds the last lines of a long log', async () => {
    const long = Array.from({ length: 5_000 }, (_, index) => `line ${String(index)} ${'x'.repeat(400)}`).join(
      '\n',
    );
    const tail = await readTail(logOf(long, 64 * 1024), 2, 10_000);
    expect(tail.text).toMatch(/^line 4998 x+\nline 4999 x+$/);
    expect(tail).toMatchObject({
      offset: new TextEncoder().encode(long.slice(0, long.indexOf('line 4998'))).length,
      isTruncated: true,
      isComplete: false,
    });
  });
});

test('matching lines are found anywhere, in any case', async () => {
  const text = 'Alpha\nbeta\nALPHABET\nend';
  const found = await readMatching(logOf(text), 'alpha', 1, 1_000);
  expect(found).toMatchObject({ shown: [{ text: 'ALPHABET', start: 11 }], count: 2 });
});

describe('errors', () => {
  test('are found in boxes, with resource and place', async () => {
    const log =
      'ok\n\u001b[31m╷\u001b[0m\n│ \u001b[1mError: \u001b[0mbad thing\n│ \n│   with module.a.x.y["k"],\n│   on main.tf line 3, in resource:\n│    3: x\n│ \n│ because\n╵\nrest\n╷\n│ Error: second\n╵\n';
    const { errors } = await readErrors(logOf(log));
    expect(errors).toMatchObject([
      { summary: 'bad thing', address: 'module.a.x.y["k"]', place: 'main.tf line 3' },
      { summary: 'second', detail: '', address: null, place: null },
    ]);
    expect(errors[0]?.detail).toContain('because');
    expect(errors[0]?.detail).not.toContain('rest');
  });

  test('are found in JSON lines', async () => {
    const line = JSON.stringify({
      '@level': 'error',
      '@message': 'Error: no',
      type: 'diagnostic',
      diagnostic: {
        severity: 'error',
        summary: 'no',
        detail: 'why',
        address: 'a.b',
        range: { filename: 'm.tf', start: { line: 4 } },
      },
    });
    const { errors } = await readErrors(logOf(`{"@level":"info","@message":"x"}\n${line}\n`));
    expect(errors).toEqual([{ summary: 'no', detail: 'why', address: 'a.b', place: 'm.tf line 4' }]);
  });

  test('are found without a box', async () => {
    const { errors } = await readErrors(logOf('Error: Failed to install provider\n\nbecause of reasons'));
    expect(errors).toMatchObject([{ summary: 'Failed to install provider', detail: 'because of reasons' }]);
  });
});
