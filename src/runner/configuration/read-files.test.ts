import { expect, it } from 'vitest';
import { isReadByEngine } from './read-files.ts';

it.each(['main.tf', 'main.tf.json', 'x_override.tf', 'ünï.tf', 'a b.tf', '-.tf'])(
  'terraform and OpenTofu read %s',
  (name) => {
    expect(isReadByEngine(name, 'Terraform')).toBe(true);
    expect(isReadByEngine(name, 'OpenTofu')).toBe(true);
  },
);

it.each(['main.tofu', 'main.tofu.json'])('only OpenTofu reads %s', (name) => {
  expect(isReadByEngine(name, 'Terraform')).toBe(false);
  expect(isReadByEngine(name, 'OpenTofu')).toBe(true);
});

it.each([
  ...['README.md', 'terraform.tfvars', 'x.auto.tfvars.json', '.terraform.lock.hcl', '.main.tf', 'main.tf~'],
  ...[
    '#main.tf#',
    'MAIN.TF',
    'a.tftest.hcl',
    'a.tfquery.hcl',
    'a.tfstack.hcl',
    'a.tfcomponent.hcl',
    'tf',
    '.tf',
  ],
])('neither engine reads %s', (name) => {
  expect(isReadByEngine(name, 'Terraform')).toBe(false);
  expect(isReadByEngine(name, 'OpenTofu')).toBe(false);
});
