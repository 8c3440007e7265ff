import { expect, test } from 'vitest';
import type { Diagnostic } from '../log/diagnostic.ts';
import { pathInConfiguration } from './path-in-configuration.ts';
import { problemsOf } from './problems.ts';

const found = (file: string | undefined, line: number, severity: Diagnostic['severity'] = 'error') => ({
  severity,
  summary: 'Wrong',
  detail: '',
  address: undefined,
  place: undefined,
  code: undefined,
  file,
  line,
});

test.each([
  ['', 'main.tf', 'main.tf'],
  ['envs/prod', 'main.tf', 'envs/prod/main.tf'],
  ['/envs/prod/', './main.tf', 'envs/prod/main.tf'],
  ['envs/prod', '../../modules/net/vpc.tf', 'modules/net/vpc.tf'],
  ['', '../outside.tf', 'outside.tf'],
])('below %o, the path of %o is %o', (directory, file, path) => {
  expect(pathInConfiguration(directory, file)).toBe(path);
});

test('each problem is listed once, errors first, by file and line', () => {
  const problems = problemsOf(
    [
      found('b.tf', 9, 'warning'),
      found('b.tf', 12),
      found('b.tf', 3),
      found(undefined, 1),
      found('a.tf', 7),
      found('b.tf', 3),
    ],
    'live',
  );
  expect(problems.map(({ path, line, severity }) => `${severity} ${path}:${String(line)}`)).toEqual([
    'error live/a.tf:7',
    'error live/b.tf:3',
    'error live/b.tf:12',
    'warning live/b.tf:9',
  ]);
});
