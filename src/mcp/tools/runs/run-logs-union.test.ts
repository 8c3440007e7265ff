import { afterEach, describe, expect, test } from 'vitest';
import type { RecordedRequest, Reply } from '../../../../packages/client/src/testing/recording-server.ts';
import { startFakePlatform, type FakePlatform } from '../../testing/fake-platform.ts';
import { IDS, resource, TOKEN } from '../../testing/fake-resources.ts';
import { connectTools, type ToolCaller } from '../../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

/** A run with this log of its plan, served in ranges as platforms do. */
async function withLog(log: string): Promise<ToolCaller> {
  const bytes = Buffer.from(log);
  const serve = ({ url }: RecordedRequest): Reply => {
    const query = new URL(url, 'http://x').searchParams;
    const offset = Number(query.get('offset') ?? 0);
    const limit = Number(query.get('limit') ?? bytes.length);
    return { body: bytes.subarray(offset, offset + limit) };
  };
  let address = '';
  platform = await startFakePlatform({
    'GET the-log': serve,
    [`GET plans/${IDS.plan}`]: () => ({
      body: {
        data: resource('plans', IDS.plan, {
          status: 'finished',
          'log-read-url': `${address}/api/v2/the-log`,
        }),
      },
    }),
  });
  address = platform.address;
  tools = await connectTools(address, { token: TOKEN });
  return tools;
}

interface Part {
  readonly text: string;
  readonly summary: Readonly<Record<string, unknown>>;
}

/** Every part that the next steps lead to. */
async function follow(caller: ToolCaller, args: Record<string, unknown>): Promise<Part[]> {
  const parts: Part[] = [];
  let next: Record<string, unknown> | undefined = { run_id: IDS.run, phase: 'plan', ...args };
  while (next !== undefined) {
    const { result } = await caller.call('get_run_logs', next);
    const { untrusted_text: fenced } = result?.data as { untrusted_text: string };
    parts.push({ text: fenced.split('\n').slice(1, -1).join('\n'), summary: result?.summary ?? {} });
    expect(parts.length).toBeLessThan(200);
    next = result?.next_actions[0]?.arguments;
  }
  return parts;
}

const lines = Array.from({ length: 3_000 }, (_, index) => `line ${String(index)} ${'é'.repeat(index % 90)}.`);
const long = `\u0002${lines.join('\n')}\n\u0003`;

describe('the parts of a log to which its next steps lead are the whole log', () => {
  test.each([{}, { tail_lines: 7_00 }, { tail_lines: 2_000 }])('backwards, %j', async (args) => {
    const parts = await follow(await withLog(long), args);
    expect(parts.length).toBeGreaterThan(2);
    expect(
      parts
        .map(({ text }) => text)
        .reverse()
        .join('\n'),
    ).toBe(lines.join('\n'));
    const [last, before] = parts;
    expect(last?.summary['offset']).toBe(Buffer.byteLength(long) - 2 - Buffer.byteLength(last?.text ?? ''));
    expect(before?.summary['next_cursor']).toBe(last?.summary['offset']);
    expect(parts.at(-1)?.summary).toMatchObject({ offset: 0 });
  });

  test('backwards through one line that is too long for any answer', async () => {
    const line = 'é'.repeat(70_000);
    const parts = await follow(await withLog(`\u0002start\n${line}\n\u0003`), {});
    const whole = parts
      .map(({ text }) => text)
      .reverse()
      .join('');
    expect(whole.replace('\n', '')).toBe(`start${line}`);
  });

  test('forwards', async () => {
    const parts = await follow(await withLog(long), { cursor: 0 });
    expect(parts.map(({ text }) => text).join('\n')).toBe(lines.join('\n'));
    expect(parts.at(-1)?.summary).toMatchObject({ complete: true, next_cursor: Buffer.byteLength(long) });
  });

  test.each([{}, { cursor: 0 }, { tail_lines: 90 }])('the lines that match, %j', async (args) => {
    const parts = await follow(await withLog(long), { ...args, grep: '7 ' });
    const expected = lines.filter((line) => line.includes('7 '));
    expect(parts[0]?.summary).toMatchObject({ matches: expected.length, truncated: true });
    const ordered = 'cursor' in args ? parts : parts.toReversed();
    expect(ordered.map(({ text }) => text).join('\n')).toBe(expected.join('\n'));
  });

  test('the errors', async () => {
    const log = Array.from(
      { length: 75 },
      (_, at) => `╷\n│ Error: number ${String(at)}.\n│ \n│ why\n╵\n`,
    ).join('');
    const parts = await follow(await withLog(log), { errors_only: true });
    expect(parts[0]?.summary).toMatchObject({ errors: 75, shown: 20, truncated: true });
    const found = parts.flatMap(({ text }) =>
      [...text.matchAll(/Error: number (\d+)\./g)].map(([, at]) => Number(at)),
    );
    expect(found).toEqual(Array.from({ length: 75 }, (_, at) => at));
  });
});
