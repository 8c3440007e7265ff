import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needsInit } from './init-need.ts';
import { readModule } from './root-module.ts';

async function ask(files: Record<string, string>, providers: string[] = []): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-init-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const root = await readModule(folder, 'Terraform');
  const answer = await needsInit(root, folder, { providers });
  await rm(folder, { recursive: true });
  return answer;
}

describe('needsInit', () => {
  it('says no when all providers are built in', async () => {
    const text =
      'variable "a" {}\nresource "terraform_data" "x" {}\ncheck "c" {\n  data "terraform_data" "y" {}\n}\n';
    expect(await ask({ 'main.tf': text, 'README.md': 'module' })).toBe(false);
    expect(await ask({ 'main.tf': 'output "p" { value = path.module }' })).toBe(false);
    expect(await ask({ '.terraform.lock.hcl': '# maintained by "terraform init"\n' })).toBe(false);
  });

  it.each([
    'module "a" { source = "./a" }',
    'terraform {\n  required_version = ">= 1.5"\n}',
    'terraform {\n  required_providers {}\n}',
    'provider "aws" {}',
    'resource "aws_instance" "x" {}',
    'resource aws_instance x {}',
    'data "http" "x" {}',
    'ephemeral "random_password" "x" {}',
    'resource /* hidden */ "aws_instance" "x" {}',
  ])('says yes to %j', async (text) => expect(await ask({ 'main.tf': text })).toBe(true));

  it('says yes to JSON, to locked providers, and to providers that only the state names', async () => {
    expect(await ask({ 'main.tf.json': '{}' })).toBe(true);
    expect(await ask({ '.terraform.lock.hcl': 'provider "registry.terraform.io/hashicorp/aws" {}' })).toBe(
      true,
    );
    expect(await ask({}, ['provider["registry.terraform.io/hashicorp/aws"]'])).toBe(true);
    expect(await ask({}, ['provider["terraform.io/builtin/terraform"]'])).toBe(false);
  });
});
