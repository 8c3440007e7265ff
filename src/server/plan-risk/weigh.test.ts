import { expect, test } from 'vitest';
import fc from 'fast-check';
import { riskLevel } from '@runwright/models';
import { reasonText } from './reasons.ts';
import { scoreOf, weigh } from './weigh.ts';

const finding = (rule: string, count = 1) => ({ rule, count, rows: [] });
const score = (...rules: [string, number?][]): number =>
  scoreOf(weigh(rules.map(([rule, count]) => finding(rule, count))));

test.each([
  [[], 0, 'none'],
  [['moved'], 2, 'low'],
  [['replaced'], 12, 'low'],
  [['destroyed'], 20, 'moderate'],
  [['stateful-destroyed'], 60, 'high'],
  [['stateful-destroyed', 'network-opened'], 80, 'critical'],
  [['a-rule-of-a-newer-runner'], 25, 'moderate'],
] as const)('the rules %j give the score %d, which is %s', (rules, expected, level) => {
  const points = score(...rules.map((rule): [string] => [rule]));
  expect([points, riskLevel(points)]).toEqual([expected, level]);
});

test('one more finding, or one more of a kind, never lowers a score, and every score is in 0 to 100', () => {
  const rules = ['moved', 'destroyed', 'stateful-destroyed', 'network-opened', 'imported', 'unheard-of'];
  const counted = fc.uniqueArray(
    fc.tuple(fc.constantFrom(...rules), fc.integer({ min: 1, max: 1_000_000 })),
    {
      selector: ([rule]) => rule,
    },
  );
  fc.assert(
    fc.property(counted, (found) => {
      const whole = score(...found);
      expect(whole).toBeGreaterThanOrEqual(0);
      expect(whole).toBeLessThanOrEqual(100);
      expect(score(...found.slice(1))).toBeLessThanOrEqual(whole);
      expect(
        score(...found.map(([rule, count]): [string, number] => [rule, count + 1])),
      ).toBeGreaterThanOrEqual(whole);
      expect(score(...found.toReversed())).toBe(whole);
    }),
  );
});

test.each([
  ['stateful-destroyed', 1, '1 resource that holds data is destroyed'],
  ['stateful-destroyed', 2, '2 resources that hold data are destroyed'],
  ['network-opened', 1, '1 resource becomes reachable by everybody'],
  ['protection-removed', 1, '1 resource loses what protects it from deletion or loss'],
  ['provider-major-changed', 1, '1 provider has another major version than in the last apply'],
  ['forgotten', 3, '3 resources stay and are managed no more'],
  ['forgotten', 1, '1 resource stays and is managed no more'],
  ['unheard-of', 2, '2 resources met the rule unheard-of'],
])('the rule %s for %d reads: %s', (rule, count, text) => {
  expect(reasonText(rule, count)).toBe(text);
});
