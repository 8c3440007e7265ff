import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TRANSITIONS } from '@runwright/models';
import { citationsIn, rowsOf, sectionsOf } from './citations.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const PAGES: Readonly<Record<string, string>> = {
  'api-contract': 'docs/contract/api-contract.md',
  'run-models': 'docs/contract/run-models.md',
  'terraform-cli': 'docs/contract/terraform-cli.md',
  mcp: 'docs/contract/mcp.md',
  threats: 'docs/security.md',
};
const sections = new Map(Object.entries(PAGES).map(([page, file]) => [page, sectionsOf(page, read(file))]));

const FOLDERS = ['src', 'packages', 'test', 'bench', 'scripts', 'packaging', 'docs'];
const files = [
  ...FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    ),
  ),
  ...readdirSync(root),
].filter(
  (name) =>
    /\.(ts|mts|cjs|mjs|js|md)$/.test(name) &&
    !/(^|\/)(node_modules|dist|coverage)\//.test(name) &&
    !name.startsWith('test/docs/citations.'),
);

const found = files.map((file) => {
  const ownPage = Object.keys(PAGES).find(
    (page) => PAGES[page] === file && file.startsWith('docs/contract/'),
  );
  const rows = file.startsWith('packages/models/src/state-machine/');
  return { file, ...citationsIn(read(file), { ...(ownPage !== undefined && { ownPage }), rows }) };
});

describe('citations in the code', () => {
  test('every citation has its section', () => {
    const dangling = found.flatMap(({ file, citations }) =>
      citations
        .filter(({ page, section }) => !sections.get(page)?.includes(section))
        .map(({ page, section, line }) => `${file}:${line}: ${page} ${section} is not in ${PAGES[page]}`),
    );
    expect(dangling).toEqual([]);
    expect(found.flatMap(({ citations }) => citations).length).toBeGreaterThan(300);
  });

  test('every citation names its page and its section', () => {
    const unclear = found.flatMap(({ file, unclear }) =>
      unclear.map(({ line, text }) => `${file}:${line}: ${text}`),
    );
    expect(unclear, 'write it like docs/contract/README.md says').toEqual([]);
  });

  test('every section of the contract is cited', () => {
    const cited = new Set([
      ...found
        .filter(({ file }) => !file.startsWith('docs/contract/'))
        .flatMap(({ citations }) => citations.map(({ page, section }) => `${page} ${section}`)),
      ...TRANSITIONS.flatMap(({ row }) => rowsOf(row)).map((row) => `api-contract 3.3 row ${row}`),
    ]);
    const idle = [...sections]
      .filter(([page]) => page !== 'threats')
      .flatMap(([page, ids]) => ids.map((id) => `${page} ${id}`))
      .filter((id) => ![...cited].some((one) => one === id || one.startsWith(`${id}.`)));
    expect(idle).toEqual([]);
  });
});

describe('a citation', () => {
  test.each([
    ['/** Refused (api-contract §1.2). */', ['api-contract 1.2']],
    [
      '* (api-contract\n * §1.1, §4.3; threats T8, T9)',
      ['api-contract 1.1', 'api-contract 4.3', 'threats T8', 'threats T9'],
    ],
    ['/** `api-contract §4.1`, `§4.2`. */', ['api-contract 4.1', 'api-contract 4.2']],
    [
      '(api-contract §3.3 rows 2b, 25 to 27, §3.9)',
      ['3.3', '3.3 row 2b', '3.3 row 25', '3.3 row 26', '3.3 row 27', '3.9'].map(
        (id) => `api-contract ${id}`,
      ),
    ],
    ['(threat T13) (terraform-cli A3, B6)', ['threats T13', 'terraform-cli A3', 'terraform-cli B6']],
    ['(run-models, Run Details Response) (mcp §4.1.10)', ['run-models Run Details Response', 'mcp 4.1.10']],
    ["client: 'terraform-cli', test/terraform-cli/a.md, RFC 6749 §4.1", []],
  ])('is found in %j', (text, expected) => {
    const { citations, unclear } = citationsIn(text);
    expect(citations.map(({ page, section }) => `${page} ${section}`).sort()).toEqual([...expected].sort());
    expect(unclear).toEqual([]);
  });

  test.each(['(§3.4)', 'as api-contract says', '/** run-models */', '(T18)'])('is unclear in %j', (text) => {
    expect(citationsIn(text)).toMatchObject({ citations: [], unclear: [{ line: 1 }] });
  });
});
