import { describe, expect, it } from 'vitest';
import { findEscape, judgeEntry, normalize } from './archive-entries.ts';

const judge = (path: string, type = 'File', target?: string) => judgeEntry({ path, type, size: 1, target });

describe('judgeEntry', () => {
  it.each([
    ...['main.tf', './main.tf', 'modules/a/main.tf', 'a..b/c', '.terraform.lock.hcl', 'x.tfstates', 'x.tf/'],
    ...['network.tfstate', 'terraform.tfstate', 'terraform.tfstate.backup', 'saved.tfplan'],
    'terraform.tfstate.d/prod/terraform.tfstate',
  ])('keeps %s', (path) =>
    expect(judge(path)).toEqual({ keep: 'content', path: normalize(path), isFolder: false }),
  );

  it.each(['.terraform/terraform.tfstate', 'modules/a/.terraform/x', 'errored.tfstate'])(
    'drops %s, also as a link',
    (path) => {
      expect(judge(path)).toEqual({ keep: false });
      expect(judge(path, 'SymbolicLink', '/somewhere')).toEqual({ keep: false });
    },
  );

  it.each(['../x', 'a/../../x', '/etc/passwd', '..', 'a\\..\\..\\x', 'a\0b', 'a/'.repeat(3_000), ''])(
    'refuses the path %j',
    (path) => expect(judge(path)).toHaveProperty('refuse'),
  );

  it.each(['CharacterDevice', 'BlockDevice', 'FIFO', 'SparseFile', 'Unsupported'])(
    'refuses a %s, even with a name that it would drop',
    (type) => expect(judge('.terraform/x', type)).toHaveProperty('refuse'),
  );

  it('leaves links for later, and refuses those that cannot be inside', () => {
    expect(judge('./a/l', 'SymbolicLink', '../x')).toEqual({ keep: 'link', path: 'a/l', target: '../x' });
    expect(judge('./a/l', 'Link', './x/y')).toEqual({ keep: 'hard-link', path: 'a/l', target: 'x/y' });
    for (const target of ['/etc', '', 'a\0b', undefined])
      expect(judge('l', 'SymbolicLink', target)).toHaveProperty('refuse');
    for (const target of ['/etc', '../x', '']) expect(judge('l', 'Link', target)).toHaveProperty('refuse');
  });

  it.each([undefined, -1])('refuses the size %s', (size) =>
    expect(judgeEntry({ path: 'main.tf', type: 'File', size })).toHaveProperty('refuse'),
  );
});

it('a cycle of links leads nowhere', async () => {
  expect(await findEscape(new Map(Object.entries({ a: 'b', b: 'a/../a' })))).toBeUndefined();
});

it('links that lead through too many others are refused quickly', async () => {
  const deep = 'd/'.repeat(1_000);
  const links = Array.from({ length: 1_000 }, (_, index): [string, string] => [
    `l${index}`,
    `${deep}${'../'.repeat(1_000)}l${index + 1}`,
  ]);
  expect(await findEscape(new Map(links))).toBe('its links lead through too many others');
});

it('fifty thousand usual links are followed', async () => {
  const links = Array.from({ length: 50_000 }, (_, index): [string, string] => [
    `live/region/stage-${index}/shared/versions.tf`,
    '../../../../modules/shared/versions.tf',
  ]);
  expect(await findEscape(new Map(links))).toBeUndefined();
});
