import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import { replacePart } from './compatibility.ts';
import { endpointTable } from './endpoint-table.ts';
import { HCP_ASKED, HCP_SENT } from './hcp-vocabulary.ts';
import { askedOf, takenBy, VOCABULARY_PART, vocabularyPart } from './vocabulary.ts';

const file = path.resolve(import.meta.dirname, '..', '..', 'docs', 'compatibility.md');
const endpoints = endpointTable().flatMap((room) => room.endpoints as readonly Endpoint[]);

function find(method: string, url: string): Endpoint {
  const found = endpoints.find((one) => one.method === method && one.url === `/api/v2${url}`);
  if (found === undefined) throw new Error(`there is no ${method} ${url}`);
  return found;
}

test('the page lists the vocabulary of the endpoints: `npm run docs` writes it', () => {
  const page = readFileSync(file, 'utf8');
  expect(page).toBe(replacePart(page, VOCABULARY_PART, vocabularyPart(endpointTable())));
});

test('everything that clients send is honoured, kept, taken or refused, and never unknown', () => {
  for (const [endpoint, names] of Object.entries(HCP_SENT)) {
    const [method = '', url = ''] = endpoint.split(' ');
    const taken = takenBy(find(method, url));
    expect([endpoint, names.filter((name) => !taken.has(name))]).toEqual([endpoint, []]);
  }
});

test('every query parameter that clients send is known', () => {
  for (const [url, words] of Object.entries(HCP_ASKED)) {
    const { include, without, filters, sort } = askedOf(find('GET', url));
    const known = [
      ...[...include, ...without].map((word) => `+${word}`),
      ...filters,
      ...(sort.length > 0 ? ['sort'] : []),
      ...(include.length + without.length > 0 ? ['include'] : []),
    ];
    expect([url, words.filter((word) => !known.includes(word))]).toEqual([url, []]);
  }
});

test('nothing that restricts or protects is merely kept', () => {
  const protecting =
    /(user-tokens|enforce|recoverable|hyok|ttl|auth-policy|allow-|excluded|scoped|sensitive|visibility|approval|locking|expired-at|policy-paths|plan-only|remote-state|session-|enabled$)/;
  /** Not about permissions: health is not assessed, no repository is watched, and nothing costs anything. */
  const harmless =
    /^(assessments-|file-triggers-|cost-estimation-|aggregated-commit-|speculative-plan-management-)/;
  const kept = endpoints.flatMap((endpoint) =>
    [...takenBy(endpoint)].flatMap(([name, standing]) => (standing === 'kept' ? [name] : [])),
  );
  expect(kept).toContain('assessments-enforced');
  expect(kept.filter((name) => protecting.test(name) && !harmless.test(name))).toEqual([]);
});
