import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const writer = path.join(import.meta.dirname, 'embedded-writer.ts');
const ROUNDS = 3;
/** Each round starts a program and a database, which is slow on a busy machine. */
const TIMEOUT_MS = 240_000;

let homeFolder: string;
const children: ChildProcess[] = [];
beforeAll(() => void (homeFolder = mkdtempSync(path.join(tmpdir(), 'runwright-crash-'))));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(homeFolder, { recursive: true }));

/** Starts the writer and reads its lines as they come. The lines end when the writer is killed or exits. */
function startWriter() {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions', '@runwright/source', writer, homeFolder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

/** Kills the writer once it has acknowledged this many transactions. */
async function writeUntilKilled(transactions: number, whileRunning = async () => {}) {
  const { child, lines } = startWriter();
  let found: { highest: number; total: number } | undefined;
  let acked = 0;
  let seen = 0;
  for await (const line of lines) {
    const [word, first, second] = line.split(' ');
    if (word === 'found') found = { highest: Number(first), total: Number(second) };
    if (word !== 'acked') continue;
    acked = Number(first);
    seen += 1;
    if (seen === 1) await whileRunning();
    if (seen === transactions) child.kill('SIGKILL');
  }
  if (!found) throw new Error('the writer did not start');
  return { found, acked };
}

test(
  'a killed server loses no acknowledged transaction and keeps no partial one; the folder opens only once',
  { timeout: TIMEOUT_MS },
  async () => {
    let lastAcked = 0;
    const refusals: string[] = [];
    const tryToOpen = async () => {
      for await (const line of startWriter().lines) refusals.push(line);
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const transactions = 10 + Math.floor(Math.random() * 120);
      const { found, acked } = await writeUntilKilled(transactions, round === 0 ? tryToOpen : undefined);
      expect(found.highest).toBeGreaterThanOrEqual(lastAcked);
      expect(found.total).toBe(0);
      expect(acked).toBeGreaterThan(found.highest);
      lastAcked = acked;
    }
    expect(refusals).toEqual(['refused folder-in-use']);
  },
);
