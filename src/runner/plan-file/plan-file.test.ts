import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  listApplyTimeVariables,
  listLockedProviders,
  mentionsWorkspaceName,
  readPlanFile,
  replaceBackend,
} from './plan-file.ts';
import { readFields } from './protobuf.ts';

const field = (number: number, bytes: Buffer | string): Buffer =>
  Buffer.concat([
    Buffer.from([...varint(number * 8 + 2), ...varint(Buffer.byteLength(bytes))]),
    Buffer.from(bytes),
  ]);
const number = (fieldNumber: number, value: number) =>
  Buffer.from([...varint(fieldNumber * 8), ...varint(value)]);
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

const NO_OP = field(3, field(9, field(2, 'values')));
const CREATE = field(
  3,
  Buffer.concat([field(2, 'address'), field(9, Buffer.concat([number(1, 1), field(2, 'v')]))]),
);
const backend = (type: string) =>
  Buffer.concat([field(1, type), field(2, field(1, 'config')), field(3, 'prod')]);
const LOCAL_PLAN = [
  number(1, 3),
  NO_OP,
  CREATE,
  CREATE,
  field(13, backend('local')),
  field(14, '1.11.4'),
  number(26, 1),
];

const LOCK = '# made by init\nprovider "registry.terraform.io/hashicorp/null" {\n}\n';

function zipPlan(parts: Buffer[], files: Record<string, string> = {}): Uint8Array {
  const texts = Object.entries({ '.terraform.lock.hcl': LOCK, ...files }).map(([name, text]) => [
    name,
    strToU8(text),
  ]);
  return zipSync({
    tfplan: Buffer.concat(parts),
    ...(Object.fromEntries(texts) as Record<string, Uint8Array>),
  });
}

describe('readPlanFile', () => {
  it('finds the backend, the number of changes, the providers and the variables to give again', () => {
    const file = readPlanFile(zipPlan([...LOCAL_PLAN, field(28, 'token'), field(28, 'pin')]));
    expect(file).toMatchObject({ backendType: 'local', workspace: 'prod', plannedChanges: 2 });
    expect(file && listLockedProviders(file)).toEqual(['registry.terraform.io/hashicorp/null']);
    expect(file && listApplyTimeVariables(file)).toEqual(['token', 'pin']);
  });

  it.each([
    ['no zip', Buffer.from('not a zip')],
    ['a zip without a plan', zipSync({ other: strToU8('x') })],
    ['another format', zipPlan([number(1, 4), ...LOCAL_PLAN.slice(1)])],
    ['no backend', zipPlan(LOCAL_PLAN.filter((part) => part[0] !== 13 * 8 + 2))],
    ['two backends', zipPlan([...LOCAL_PLAN, field(13, backend('local'))])],
    [
      'a change cut off',
      zipPlan([number(1, 3), field(3, Buffer.from([0x4a, 0x7f])), field(13, backend('local'))]),
    ],
    ['a message cut off', zipPlan([...LOCAL_PLAN, Buffer.from([0x72, 0x20, 0x31])])],
    ['unknown wire types', zipPlan([...LOCAL_PLAN, Buffer.from([0x0b])])],
  ])('does not understand %s', (_what, bytes) => expect(readPlanFile(bytes)).toBeUndefined());
});

describe('replaceBackend', () => {
  it('changes only the one field', () => {
    const before = zipPlan(LOCAL_PLAN, { 'tfconfig/m-/main.tf': 'x = 1' });
    const file = readPlanFile(before);
    const after = file && replaceBackend(file, backend('http'));
    const read = after && readPlanFile(after);
    expect(read?.backendType).toBe('http');
    const others = (plan: Buffer) =>
      readFields(plan)
        .filter((each) => each.number !== 13)
        .map((each) => plan.subarray(each.start, each.end).toString('hex'));
    expect(read && others(read.plan)).toEqual(file && others(file.plan));
    const entriesOf = (bytes: Uint8Array) => ({ ...unzipSync(bytes), tfplan: undefined });
    expect(after && entriesOf(after)).toEqual(entriesOf(before));
  });
});

describe('mentionsWorkspaceName', () => {
  const ask = (name: string, text: string) => {
    const file = readPlanFile(zipPlan(LOCAL_PLAN, { [name]: text }));
    return file && mentionsWorkspaceName(file);
  };

  it.each([
    ['tfconfig/m-/main.tf', 'x = terraform.workspace'],
    ['tfconfig/m-a.b/x.tf', '"${ terraform . workspace }"'],
    ['tfconfig/m-/x.tf', '(terraform # why\n .workspace)'],
    ['tfconfig/m-/x.tf', 'terraform/* why */.workspace'],
    ['tfconfig/m-/x.tf.json', '{"x":"${terraform.workspace}"}'],
    ['tfconfig/m-/x.tf.json', '{"x":"${\\u0074erraform.workspace}"}'],
  ])('finds it in %s: %j', (name, text) => expect(ask(name, text)).toBe(true));

  it.each([
    ['tfconfig/m-/main.tf', 'x = var.workspace'],
    ['tfconfig/m-/main.tf', 'x = terraform_data.workspace.id'],
    ['tfstate', 'terraform.workspace'],
  ])('does not see it in %s: %j', (name, text) => expect(ask(name, text)).toBe(false));
});
