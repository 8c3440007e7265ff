import { expect, test } from 'vitest';
import { dependenciesOf, type ConnectedPlan } from './resource-dependencies.ts';

const refer = (...references: string[]) => ({ references });
const resource = (address: string, ...references: string[]) => ({
  address,
  expressions: { block: [{ value: refer(...references) }] },
});
const creates = (...addresses: string[]) =>
  addresses.map((address) => ({ address, change: { actions: ['create'] } }));
const edgesOf = (plan: ConnectedPlan): string[] =>
  dependenciesOf(plan).map(({ address, depends_on: targets }) => `${address} > ${targets.join(' ')}`);

const NET = {
  resources: [resource('t.subnet', 'var.vpc'), resource('t.route', 't.subnet.id', 't.subnet')],
  outputs: {
    id: { expression: refer('t.route.id', 't.route') },
    data: { expression: refer('data.t.x.id', 'data.t.x') },
  },
};

test('references lead through variables and outputs of modules, and an instance counts as its block', () => {
  const edges = edgesOf({
    resource_changes: creates(
      't.base',
      'module.net["a.b]"].t.subnet',
      'module.net["a.b]"].t.route',
      't.end[0]',
      't.end[1]',
    ),
    configuration: {
      root_module: {
        resources: [
          resource('t.base', 'var.size', 'local.b', 'path.module', 'each.value'),
          resource('t.end', 'module.net["a.b]"].id', 'module.net["a.b]"]'),
        ],
        module_calls: { net: { expressions: { vpc: refer('t.base.id', 't.base') }, module: NET } },
      },
    },
  });
  expect(edges).toEqual([
    't.end > module.net.t.route',
    'module.net.t.subnet > t.base',
    'module.net.t.route > module.net.t.subnet',
  ]);
});

test('a dependency on a module is one on all its resources, and a waiting module waits with all of them', () => {
  const edges = edgesOf({
    resource_changes: creates('module.late.module.inner.t.one'),
    configuration: {
      root_module: {
        module_calls: {
          net: { module: NET },
          late: {
            depends_on: ['module.net'],
            module: { module_calls: { inner: { module: { resources: [resource('t.one')] } } } },
          },
        },
      },
    },
  });
  expect(edges).toEqual(['module.late.module.inner.t.one > module.net.t.route module.net.t.subnet']);
});

test('removed resources are connected by the state, and unchanged ones are at most one step away', () => {
  const plan: ConnectedPlan = {
    resource_changes: [
      { address: 'module.a[0].t.gone', change: { actions: ['delete'] } },
      { address: 't.kept', change: { actions: ['no-op'] } },
    ],
    prior_state: {
      values: {
        root_module: {
          resources: [{ address: 't.kept', depends_on: ['t.far'] }],
          child_modules: [{ resources: [{ address: 'module.a[0].t.gone', depends_on: ['t.kept'] }] }],
        },
      },
    },
  };
  expect(edgesOf(plan)).toEqual(['module.a.t.gone > t.kept']);
});

test('cycles end, and odd names stay as they are', () => {
  const edges = edgesOf({
    resource_changes: creates('t.one'),
    configuration: {
      root_module: {
        resources: [
          resource('t.one', 'module.m.x', 'module.none.x', 'module.m.__proto__', 'constructor', '', 't.one'),
        ],
        module_calls: {
          m: {
            expressions: { v: refer('module.m.x') },
            module: { outputs: { x: { expression: refer('var.v') } } },
          },
        },
      },
    },
  });
  expect(edges).toEqual([]);
  expect(dependenciesOf({})).toEqual([]);
});
