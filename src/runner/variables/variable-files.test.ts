import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepVariable } from '../../protocol/agent.ts';
import { parseExpression } from './hcl-parser.ts';
import { writeVariableFiles } from './variable-files.ts';

const variable = (key: string, value: string, rest: Partial<StepVariable> = {}): StepVariable => ({
  ...{ key, value, category: 'terraform', form: 'auto', sensitive: false },
  ...rest,
});

describe('writeVariableFiles', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'runwright-vars-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const writeAll = (variables: StepVariable[]) => writeVariableFiles(variables, folder, parseExpression);
  const write = async (variables: StepVariable[]) => (await writeAll(variables)).files;

  it('puts expressions and strings into files of their own', async () => {
    const files = await write([
      variable('a', '[1]'),
      variable('b', '${path.module}'),
      variable('E', 'x', { category: 'env' }),
    ]);
    expect(files).toEqual(['runwright.tfvars', 'runwright.tfvars.json']);
    expect(await readFile(join(folder, 'runwright.tfvars'), 'utf8')).toBe('a = (\n[1]\n)\n');
    expect(JSON.parse(await readFile(join(folder, 'runwright.tfvars.json'), 'utf8'))).toEqual({
      b: '${path.module}',
    });
  });

  it('lets the last of a name win, whatever file it is for', async () => {
    expect(await write([variable('a', '1'), variable('a', 'word')])).toEqual(['runwright.tfvars.json']);
  });

  it('writes no file when there are no variables', async () => expect(await write([])).toEqual([]));

  it.each(['a b', '1a', 'a = 1\nb', '', 'my.var', '4abc-1'])(
    'leaves the name %j out and says so',
    async (key) => {
      const written = await writeAll([variable(key, 'x'), variable('a', 'word')]);
      expect(written).toEqual({ files: ['runwright.tfvars.json'], leftOut: [key] });
      expect(JSON.parse(await readFile(join(folder, 'runwright.tfvars.json'), 'utf8'))).toEqual({
        a: 'word',
      });
    },
  );
});
