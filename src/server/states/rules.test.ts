import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainConflict, holdsLock, judgeState, serialAfterApply, type OfferedState } from './rules.ts';

const current = { serial: 5, lineage: 'a', md5: 'one' };
const offer = (change: Partial<OfferedState> = {}): OfferedState => ({
  serial: 6,
  lineage: 'a',
  md5: 'two',
  force: false,
  ...change,
});

test.each([
  ['a workspace without state accepts any state', undefined, offer({ serial: 0 }), 'first'],
  ['the next serial follows', current, offer(), 'newer'],
  ['serials may be left out', current, offer({ serial: 50 }), 'newer'],
  ['the same state again is no conflict', current, offer({ serial: 5, md5: 'one' }), 'same'],
  ['the same serial with other content', current, offer({ serial: 5 }), 'same-serial-other-content'],
  ['an older serial', current, offer({ serial: 4 }), 'older-serial'],
  ['an older serial with the same content', current, offer({ serial: 4, md5: 'one' }), 'older-serial'],
  ['another lineage', current, offer({ lineage: 'b' }), 'other-lineage'],
  ['a lineage that was not sent', current, offer({ lineage: null }), 'newer'],
  ['a current lineage that is not known', { ...current, lineage: '' }, offer({ lineage: 'b' }), 'newer'],
  ['force with an older serial', current, offer({ serial: 1, force: true }), 'forced'],
  ['force with another lineage', current, offer({ lineage: 'b', force: true }), 'forced'],
] as const)('%s', (_what, state, offered, verdict) => {
  expect(judgeState(state, offered)).toBe(verdict);
});

const states = fc.record({
  serial: fc.nat(20),
  lineage: fc.constantFrom('', 'a', 'b'),
  md5: fc.constantFrom('1', '2', '3'),
});
const offers = fc.record({
  serial: fc.nat(20),
  lineage: fc.constantFrom(null, '', 'a', 'b'),
  md5: fc.constantFrom('1', '2', '3'),
  force: fc.constant(false),
});

describe('without force, for all offers in any order', () => {
  test('a state never goes back in serial and never changes under its serial', () => {
    fc.assert(
      fc.property(states, fc.array(offers, { maxLength: 30 }), (first, sequence) => {
        let state = first;
        for (const offered of sequence) {
          const verdict = judgeState(state, offered);
          if (explainConflict(verdict, state, offered) !== undefined) continue;
          expect(offered.serial).toBeGreaterThanOrEqual(state.serial);
          if (offered.serial === state.serial) expect(offered.md5).toBe(state.md5);
          state = { ...offered, lineage: offered.lineage ?? state.lineage };
        }
      }),
    );
  });

  test('of two different states with one serial only the first is accepted', () => {
    fc.assert(
      fc.property(states, offers, offers, (before, one, other) => {
        fc.pre(one.serial === other.serial && one.md5 !== other.md5);
        fc.pre(explainConflict(judgeState(before, one), before, one) === undefined);
        const after = { ...one, lineage: one.lineage ?? before.lineage };
        expect(explainConflict(judgeState(after, other), after, other)).toBeTypeOf('string');
      }),
    );
  });
});

test('only the holder of the lock writes', () => {
  const by = (userId: string | null, runId: string | null = null) => ({ userId, runId });
  expect(holdsLock(by('user-1'), by('user-1'))).toBe(true);
  expect(holdsLock(by('user-1'), by('user-2'))).toBe(false);
  expect(holdsLock(by(null), by('user-1'))).toBe(false);
  expect(holdsLock(by(null, 'run-1'), by(null, 'run-1'))).toBe(true);
  expect(holdsLock(by(null, 'run-1'), by('user-1'))).toBe(false);
  expect(holdsLock(by(null), by(null))).toBe(false);
});

test.each([
  ['a first state keeps its serial', undefined, 3, 3],
  ['the next state keeps its serial too', { serial: 5, contentSerial: 5, sameRun: false }, 6, 6],
  [
    'the same serial of another run does not follow',
    { serial: 5, contentSerial: 5, sameRun: false },
    5,
    undefined,
  ],
  ['the same serial of the same run follows', { serial: 5, contentSerial: 5, sameRun: true }, 5, 5],
  ['a file with a lower serial than announced', { serial: 9, contentSerial: 3, sameRun: false }, 4, 10],
])('%s', (_what, state, snapshot, serial) => {
  expect(serialAfterApply(state, snapshot)).toBe(serial);
});
