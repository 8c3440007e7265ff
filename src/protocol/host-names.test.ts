import { expect, test } from 'vitest';
import { parseHostNames } from './host-names.ts';

test.each([
  ['', []],
  [' runs.example.com , RUNS.example.com:443,', ['runs.example.com']],
  ['runs.internal:8080,10.0.0.5:8080,localhost', ['runs.internal:8080', '10.0.0.5:8080', 'localhost']],
  ['b\u00fccher.example', ['xn--bcher-kva.example']],
])('the hosts of %j are %j', (text, hosts) => expect(parseHostNames(text)).toEqual(hosts));

test.each([
  'https://runs.example.com',
  'runs.example.com/app',
  'user@runs.example.com',
  'runs.example.com:port',
  'runs.example.com:99999',
  'my_host.example',
  'ab--cd.example',
  '[::1]:8080',
  'two names',
  'a.example;b.example',
  '-',
  'x" {\n',
])('%j contains an invalid host', (text) => expect(parseHostNames(text)).toBeUndefined());
