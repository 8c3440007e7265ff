import { describe, expect, it } from 'vitest';
import { createStructuredOutput, createTextOutput, type EngineOutput } from './engine-output.ts';

function read(output: EngineOutput, ...lines: (string | object)[]): EngineOutput {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  output.read(Buffer.from(`${texts.join('\n')}\n`));
  return output;
}

describe('structured output', () => {
  it('gives the summary of a complete apply', () => {
    const changes = { add: 3, change: 2, remove: 1, import: 4, operation: 'apply' };
    const output = read(createStructuredOutput(), 'no JSON', { type: 'change_summary', changes });
    expect(output.counts()).toEqual({ additions: 3, changes: 2, destructions: 1, imports: 4 });
  });

  it('counts the completed changes when an apply breaks off, and keeps the first error', () => {
    const done = (action: string) => ({ type: 'apply_complete', hook: { action } });
    const error = (summary: string) => ({ type: 'diagnostic', diagnostic: { severity: 'error', summary } });
    const output = read(
      createStructuredOutput(),
      done('create'),
      done('create'),
      done('delete'),
      error('A'),
      error('B'),
    );
    expect(output.counts()).toEqual({ additions: 2, changes: 0, destructions: 1, imports: 0 });
    expect(output.firstError()).toBe('A');
  });
});

describe('text output', () => {
  it.each([
    ['Apply complete! Resources: 1 added, 2 changed, 3 destroyed.', [1, 2, 3, 0]],
    ['Apply complete! Resources: 4 imported, 1 added, 2 changed, 3 destroyed.', [1, 2, 3, 4]],
    ['Destroy complete! Resources: 5 destroyed.', [0, 0, 5, 0]],
    [
      '\u001b[0m\u001b[1m\u001b[32mApply complete! Resources: 1 added, 0 changed, 0 destroyed.\u001b[0m',
      [1, 0, 0, 0],
    ],
  ])('gives the summary of %j', (line, [additions, changes, destructions, imports]) => {
    expect(read(createTextOutput(), line).counts()).toEqual({ additions, changes, destructions, imports });
  });

  it('counts the completed changes when an apply breaks off, and keeps the first error', () => {
    const output = read(
      createTextOutput(),
      'terraform_data.a: Creation complete after 0s [id=1]',
      'terraform_data.b: Destruction complete after 1m2s',
      '\u001b[31m│\u001b[0m \u001b[1m\u001b[31mError: \u001b[0mIt broke',
      '│ Error: Later',
    );
    expect(output.counts()).toEqual({ additions: 1, changes: 0, destructions: 1, imports: 0 });
    expect(output.firstError()).toBe('It broke');
  });
});
