import { expect, test } from 'vitest';
import { watchForFailedStart } from './unstartable-provider.ts';

const TEXT = `╷
│ Error: Failed to load plugin schemas
│
│ failed to instantiate provider "registry.test/acme/it" to obtain schema:
│ fork/exec
│ .terraform/providers/registry.test/acme/it/1.0.0/linux_amd64/terraform-provider-it_v1.0.0:
│ REASON..
╵
`;

test.each([
  ['exec format error', 'built for another machine'],
  ['no such file or directory', 'interpreter that is not there'],
  ['permission denied', 'not executable'],
])('a provider that fails with %s is explained with the platform, in text and in JSON', (reason, words) => {
  const text = TEXT.replace('REASON', reason);
  const json = JSON.stringify({ diagnostic: { detail: text.replaceAll(/[│╷╵\s]+/g, ' ') } });
  for (const output of [text, json]) {
    const watch = watchForFailedStart();
    // Output comes in pieces of whole lines.
    for (const line of output.split(/(?<=\n)/)) watch.read(Buffer.from(line));
    expect(watch.explain('linux_amd64')).toEqual({
      summary: 'A provider cannot be started on this runner (linux_amd64)',
      detail: expect.stringContaining(words) as string,
    });
  }
});

test.each([
  TEXT.replace('REASON', 'text file busy'),
  'Error: fork/exec /bin/deploy: exec format error\n',
  'Error: no such file or directory\n',
  'Plan: 1 to add, 0 to change, 0 to destroy.\n',
])('other errors are not explained so: %#', (text) => {
  const watch = watchForFailedStart();
  watch.read(Buffer.from(text));
  expect(watch.explain('linux_amd64')).toBeUndefined();
});
