import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEffective, comesBefore, type Candidate, type Origin } from './rules.ts';

type SetOrigin = Extract<Origin, { kind: 'set' }>;
const set = (
  owner: SetOrigin['owner'],
  scope: SetOrigin['scope'],
  { priority = false, name = 'set' }: { priority?: boolean; name?: string } = {},
): SetOrigin => ({ kind: 'set', name, priority, owner, scope });
const priority = { priority: true };

/** The list of api-contract §5.4, highest first, written out once more. */
const LIST: Origin[] = [
  set('organization', 'global', priority),
  set('organization', 'project', priority),
  set('organization', 'workspace', priority),
  set('project', 'project', priority),
  set('project', 'workspace', priority),
  { kind: 'run' },
  { kind: 'workspace' },
  set('project', 'workspace'),
  set('project', 'project'),
  set('organization', 'workspace'),
  set('organization', 'project'),
  set('organization', 'global'),
];

interface Variable {
  key: string;
  category: 'terraform' | 'env';
  value: string;
}
const candidate: fc.Arbitrary<Candidate<Variable>> = fc
  .record({
    place: fc.nat(LIST.length - 1),
    name: fc.constantFrom('a', 'B', 'b', 'ä', 'a1'),
    key: fc.constantFrom('x', 'y'),
    category: fc.constantFrom('terraform' as const, 'env' as const),
  })
  .map(({ place, name, key, category }) => {
    const listed = LIST[place] ?? { kind: 'run' as const };
    const origin = listed.kind === 'set' ? { ...listed, name } : listed;
    return { origin, variable: { key, category, value: `${place} ${listed.kind === 'set' ? name : ''}` } };
  });
/** As in the database: one variable for each key and category in each place. */
const candidates = fc.uniqueArray(candidate, {
  maxLength: 30,
  selector: ({ variable: { key, category, value } }) => `${key} ${category} ${value}`,
});

const placeOf = (origin: Origin): number =>
  LIST.findIndex((listed) =>
    listed.kind === 'set' && origin.kind === 'set'
      ? listed.priority === origin.priority && listed.owner === origin.owner && listed.scope === origin.scope
      : listed.kind === origin.kind && origin.kind !== 'set',
  );

describe('precedence', () => {
  it('follows the list, from the first to the last', () => {
    LIST.forEach((higher, index) => {
      for (const lower of LIST.slice(index + 1)) {
        expect([higher, lower, comesBefore(higher, lower)]).toEqual([higher, lower, true]);
        expect(comesBefore(lower, higher)).toBe(false);
      }
    });
  });

  it('takes the first name among sets of one rank', () => {
    const [first, second] = ['Zebra', 'apple'].map((name) => set('organization', 'global', { name }));
    if (first === undefined || second === undefined) throw new Error('unreachable');
    expect([comesBefore(first, second), comesBefore(second, first)]).toEqual([true, false]);
  });

  it('keeps exactly one variable of each key and category, the first by precedence, in any input order', () => {
    fc.assert(
      fc.property(
        candidates.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const effective = chooseEffective(list);
          expect(chooseEffective(shuffled)).toEqual(effective);
          const names = effective.map(({ key, category }) => `${category} ${key}`);
          expect(names).toEqual(
            [...new Set(list.map(({ variable: { key, category } }) => `${category} ${key}`))].sort(),
          );
          for (const winner of effective) {
            const rivals = list.filter(
              ({ variable }) => variable.key === winner.key && variable.category === winner.category,
            );
            const best = rivals.reduce((left, right) => {
              const difference = placeOf(left.origin) - placeOf(right.origin);
              if (difference !== 0) return difference < 0 ? left : right;
              const name = ({ origin }: Candidate<Variable>) => (origin.kind === 'set' ? origin.name : '');
              return name(left) <= name(right) ? left : right;
            });
            expect(winner).toBe(best.variable);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
