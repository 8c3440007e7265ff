import { expect, test } from 'vitest';
import { writeCliConfig } from './cli-config.ts';

const token = (serverUrl: string, aliases: string[] = []) => ({ secret: 'a-run-token', serverUrl, aliases });

test('a run without a token gets only what every run has', () => {
  expect(writeCliConfig(null, 'http://127.0.0.1:1')).toBe(
    'disable_checkpoint = true\n\nprovider_installation {\n  direct {\n  }\n}\n',
  );
});

test('providers that are in a folder come only from there', () => {
  const mirrors = [
    { path: '/runwright/configuration/terraform.d/plugins', addresses: ['a.test/b/c', 'a.test/b/d'] },
  ];
  const config = writeCliConfig(null, 'http://127.0.0.1:1', mirrors);
  expect(config).toContain('path    = "/runwright/configuration/terraform.d/plugins"');
  expect(config).toContain('include = ["a.test/b/c", "a.test/b/d"]');
  expect(config).toContain('direct {\n    exclude = ["a.test/b/c", "a.test/b/d"]');
});

test('with a mirror all providers come from it, except those of the server itself and of folders', () => {
  const url = 'https://runs.example.com/api/registry/v1/mirrors/acme/';
  const mirrors = [{ path: '/runwright/plugins', addresses: ['a.test/b/c'] }];
  const config = writeCliConfig(
    token('https://runs.example.com', ['runs.internal']),
    'https://runs.example.com',
    mirrors,
    { mirror: url },
  );
  const own = '"runs.example.com/*/*", "runs.internal/*/*"';
  expect(config).toContain(
    `network_mirror {\n    url     = "${url}"\n    exclude = ["a.test/b/c", ${own}]\n  }\n`,
  );
  expect(config).toContain(`direct {\n    include = [${own}]\n    exclude = ["a.test/b/c"]\n  }\n`);
  expect(writeCliConfig(null, 'https://runs.example.com', [], { mirror: url })).not.toContain('direct');
});

test('a folder that supplies all other providers leaves no other source', () => {
  const config = writeCliConfig(token('https://a.test'), 'https://a.test', [], {
    folder: '/runwright/mirror',
  });
  expect(config).toContain('filesystem_mirror {\n    path    = "/runwright/mirror"\n  }\n}\n');
  expect(config).not.toContain('direct');
});

test('a server on https is found by its own discovery', () => {
  const config = writeCliConfig(token('https://Runs.example.com:443'), 'https://runs.example.com');
  expect(config).toContain('credentials "runs.example.com" {\n  token = "a-run-token"\n}');
  expect(config).not.toContain('host ');
});

test('a server on plain http has its services written down, also under another name', () => {
  const config = writeCliConfig(token('https://runs.example.com'), 'http://127.0.0.1:8080');
  expect(config).toContain('credentials "runs.example.com"');
  expect(config).toContain('credentials "127.0.0.1:8080"');
  expect(config).toContain('host "127.0.0.1:8080" {');
  expect(config).toContain('"tfe.v2.1" = "http://127.0.0.1:8080/api/v2/"');
  expect(config).not.toContain('host "runs');
});

test.each([
  ['https://b\u00fccher.example', 'credentials "xn--bcher-kva.example"'],
  ['https://runs.example.com:8443', 'credentials "runs.example.com:8443"'],
])('%s is named as terraform compares names', (url, text) => {
  expect(writeCliConfig(token(url), url)).toContain(text);
});

test.each([
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://localhost:8080', 'http://127.0.0.1:8080'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
  ['https://runs.example.com', 'http://127.0.0.1:8080'],
])(
  'a server at %s, which its runner reaches at %s, is known by all names of the machine',
  (url, runnerUrl) => {
    const config = writeCliConfig(token(url), runnerUrl);
    for (const name of ['localhost:8080', '127.0.0.1:8080']) {
      expect(config.split(`credentials "${name}" {`)).toHaveLength(2);
      expect(config.split(`host "${name}" {`)).toHaveLength(2);
    }
  },
);

test('a server of another machine is known only by its own names, and one with a certificate is asked itself', () => {
  const config = writeCliConfig(token('https://localhost:8443'), 'https://localhost:8443');
  expect(config).not.toContain('host "localhost:8443"');
  expect(config).toContain(
    'host "127.0.0.1:8443" {\n  services = {\n    "tfe.v2" = "https://localhost:8443/api/v2/"',
  );
  expect(writeCliConfig(token('http://10.0.0.1:80'), 'http://10.0.0.1')).not.toContain('localhost');
});

test('aliases lead to the address where the runner itself reaches the server, and never replace a known name', () => {
  const aliases = ['runs.internal', 'old.example.com:8080', 'runs.example.com', 'no_host" {'];
  const config = writeCliConfig(token('https://runs.example.com', aliases), 'http://10.0.0.1:80');
  for (const name of ['runs.internal', 'old.example.com:8080'])
    expect(config).toContain(`host "${name}" {\n  services = {\n    "tfe.v2" = "http://10.0.0.1/api/v2/"`);
  expect(config).not.toContain('host "runs.example.com"');
  expect(config.match(/^credentials .*$/gm)).toHaveLength(4);
});

test.each(['https://my_host.example', 'https://ab--cd.example'])(
  '%s, which terraform does not accept as a host, is left out',
  (url) => expect(writeCliConfig(token(url), url)).toBe(writeCliConfig(null, url)),
);
