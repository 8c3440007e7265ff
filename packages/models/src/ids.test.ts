import { describe, expect, it } from 'vitest';
import { ConfigurationVersionId, ID_PREFIX, newId, RunId, WorkspaceId } from './ids.ts';

describe('newId', () => {
  it('makes ids from the prefix and 16 letters or digits, for every kind of resource', () => {
    for (const prefix of Object.values(ID_PREFIX)) {
      expect(newId(prefix)).toMatch(new RegExp(`^${prefix}-[a-zA-Z0-9]{16}$`));
    }
  });

  it('makes ids that the strict schemas accept', () => {
    expect(RunId.parse(newId(ID_PREFIX.runs))).toMatch(/^run-/);
    expect(WorkspaceId.parse(newId(ID_PREFIX.workspaces))).toMatch(/^ws-/);
    expect(ConfigurationVersionId.parse(newId(ID_PREFIX['configuration-versions']))).toMatch(/^cv-/);
  });

  it('does not repeat itself', () => {
    const ids = new Set(Array.from({ length: 5000 }, () => newId('run')));
    expect(ids.size).toBe(5000);
  });

  it('gives each of the 58 characters the same share of the 256 bytes, and replaces the other bytes', () => {
    let next = 0;
    const counts = new Map<string, number>();
    const everyByteInTurn = (bytes: Uint8Array) => {
      for (let index = 0; index < bytes.length; index++) bytes[index] = next++ % 256;
    };
    // 29 ids have 464 characters, so the 232 fair bytes are used exactly twice.
    let text = '';
    for (let turn = 0; turn < 29; turn++) {
      next = (turn * 16) % 232;
      text += newId('run', everyByteInTurn).slice('run-'.length);
    }
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(58);
    expect(new Set(counts.values())).toEqual(new Set([8]));
  });

  it('never uses a byte that would favour some characters', () => {
    let call = 0;
    const unfairFirst = (bytes: Uint8Array) => bytes.fill(call++ === 0 ? 232 : 0);
    expect(newId('run', unfairFirst)).toBe('run-AAAAAAAAAAAAAAAA');
    expect(call).toBe(2);
  });
});

describe('RunId', () => {
  it.each(['run-AbCdEfGhIjKlMnOp', 'run-CKJhKBXrxZuc9WLS', 'run-0000000000000000'])('accepts %s', (id) => {
    expect(RunId.safeParse(id).success).toBe(true);
  });

  it.each([
    'run-AbCdEfGhIjKlMnO',
    'run-AbCdEfGhIjKlMnOpq',
    'AbCdEfGhIjKlMnOp',
    'ws-AbCdEfGhIjKlMnOp',
    'Run-AbCdEfGhIjKlMnOp',
    'run_AbCdEfGhIjKlMnOp',
    'run-AbCdEfGhIjKlMn-p',
    'run-ÀbCdEfGhIjKlMnOp',
    ' run-AbCdEfGhIjKlMnOp',
    'run-AbCdEfGhIjKlMnOp\n',
    'x\nrun-AbCdEfGhIjKlMnOp',
    '',
  ])('refuses %j', (id) => {
    expect(RunId.safeParse(id).success).toBe(false);
  });

  it('explains the form in its message', () => {
    const message = RunId.safeParse('17').error?.issues[0]?.message;
    expect(message).toContain('"run-" and exactly 16 letters or digits');
    expect(message).toContain('run-AbCdEfGhIjKlMnOp');
  });
});
