import { describe, expect, it } from 'vitest';
import { judgeEntry } from './entry-rules.ts';

describe('judgeEntry', () => {
  it.each([
    ...['main.tf', './main.tf', 'modules/a/main.tf', 'a..b/c', '.terraform.lock.hcl', 'x.tfstates'],
    ...['network.tfstate', 'terraform.tfstate', 'terraform.tfstate.backup', 'saved.tfplan'],
    'terraform.tfstate.d/prod/terraform.tfstate',
  ])('keeps %s', (path) => expect(judgeEntry(path, 'File')).toEqual({ keep: true }));

  it.each(['.terraform/terraform.tfstate', 'modules/a/.terraform/x', 'errored.tfstate'])('drops %s', (path) =>
    expect(judgeEntry(path, 'File')).toEqual({ keep: false }),
  );

  it.each(['../x', 'a/../../x', '/etc/passwd', '..', 'a\\..\\..\\x', 'a\0b', 'a/'.repeat(3_000)])(
    'refuses the path %j',
    (path) => expect(judgeEntry(path, 'File')).toHaveProperty('refuse'),
  );

  it.each(['SymbolicLink', 'Link', 'CharacterDevice', 'BlockDevice', 'FIFO', 'Unsupported'])(
    'refuses a %s, even of a name it would drop',
    (type) => expect(judgeEntry('.terraform/x', type)).toHaveProperty('refuse'),
  );
});
