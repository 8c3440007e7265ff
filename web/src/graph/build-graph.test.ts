import { expect, test } from 'vitest';
import { readPlan, type JsonPlan } from '../changes/plan.ts';
import { buildGraph } from './build-graph.ts';
import { layOut } from './lay-out.ts';

const creates = (...addresses: string[]) =>
  addresses.map((address) => ({ address, type: 't', change: { actions: ['create'] } }));
const graphOf = (json: JsonPlan, ...open: string[]) => buildGraph(readPlan(json), new Set(open));
const edgesOf = (nodes: ReturnType<typeof graphOf>): string[] =>
  nodes.flatMap(({ id, dependsOn }) => dependsOn.map((to) => `${id} > ${to}`));

test('instances are one node, a neighbour has no action, and redundant arrows are left out', () => {
  const nodes = graphOf({
    resource_changes: creates('t.a[0]', 't.a["x.y]"]', 't.b'),
    resource_dependencies: [
      { address: 't.b', depends_on: ['t.a', 't.kept'] },
      { address: 't.a', depends_on: ['t.kept'] },
      { address: 't.far', depends_on: ['t.further'] },
    ],
  });
  expect(nodes.map(({ id, actions }) => [id, actions.get('create')])).toEqual([
    ['t.a', 2],
    ['t.b', 1],
    ['t.kept', undefined],
  ]);
  expect(edgesOf(nodes)).toEqual(['t.a > t.kept', 't.b > t.a']);
  expect(nodes.map(({ neededBy }) => neededBy)).toEqual([['t.b'], [], ['t.a']]);
  expect(Object.fromEntries(layOut(nodes))).toEqual({
    't.kept': { column: 0, row: 0 },
    't.a': { column: 1, row: 0 },
    't.b': { column: 2, row: 0 },
  });
});

test('many blocks are folded by module, and by type where the root has many, until they are unfolded', () => {
  const names = Array.from({ length: 400 }, (_, index) => `module.m${String(index % 4)}.t.r${String(index)}`);
  const json = {
    resource_changes: creates(...names, 't.root'),
    resource_dependencies: [
      { address: 't.root', depends_on: ['module.m0.t.r0'] },
      { address: 'module.m1.t.r1', depends_on: ['module.m0.t.r0', 'module.m0.t.r4'] },
      { address: 'module.m0.t.r8', depends_on: ['module.m1.t.r5'] },
    ],
  };
  const folded = graphOf(json);
  expect(folded.map(({ id, blocks }) => `${id} ${String(blocks)}`)).toEqual([
    'module.m0 100',
    'module.m1 100',
    'module.m2 100',
    'module.m3 100',
    't.root 1',
  ]);
  expect(edgesOf(folded)).toEqual(['module.m0 > module.m1', 'module.m1 > module.m0', 't.root > module.m0']);
  expect(layOut(folded).size).toBe(5);
  expect(graphOf(json, 'module.m1')).toHaveLength(104);

  const root = graphOf({
    resource_changes: creates(...Array.from({ length: 60 }, (_, n) => `t.r${String(n)}`), 'data.d.x'),
  });
  expect(root.map(({ id }) => id)).toEqual(['t.*', 'data.d.*']);
});
