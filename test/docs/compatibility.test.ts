import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { API_PART, apiPart, replacePart, withoutReason } from './compatibility.ts';
import { endpointTable } from './endpoint-table.ts';
import { HCP_AREAS } from './hcp-endpoints.ts';

const file = path.resolve(import.meta.dirname, '..', '..', 'docs', 'compatibility.md');

describe('docs/compatibility.md', () => {
  test('lists the endpoints that are served now: `npm run docs` writes it', () => {
    const page = readFileSync(file, 'utf8');
    expect(page).toBe(replacePart(page, API_PART, apiPart(endpointTable())));
  });

  test('gives a reason for every endpoint that is not served', () => {
    expect(withoutReason(endpointTable())).toEqual([]);
  });

  test('separates what is served from what is not', () => {
    const part = apiPart(endpointTable());
    expect(part).toContain('| `POST /runs/:id/actions/apply` | Confirm a run');
    expect(part).toMatch(/Refused in words: .*`POST \/plan-exports`/);
    expect(part).toMatch(
      /Out, since sets are given to workspaces and projects.*`POST \/policy-sets\/:id\/tag-selectors`/,
    );
    expect(part).toMatch(/### Beside them\n[^#]*`POST \/api\/agent\/v1\/claim`/);
  });
});

test('the list of endpoints is well-formed', () => {
  for (const { name, endpoints } of HCP_AREAS) {
    expect([name, endpoints.filter((one) => !/^(GET|POST|PUT|PATCH|DELETE) \/[\w/:.-]+$/.test(one))]).toEqual(
      [name, []],
    );
  }
});
