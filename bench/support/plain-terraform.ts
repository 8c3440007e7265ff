/** Terraform as people run it by hand, for comparison: same configuration, local state file, no platform. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface PlainFolder {
  /** `terraform init && terraform plan -out && terraform show -json`, in milliseconds. */
  plan(): Promise<number>;
  /** `terraform apply` of that plan, in milliseconds. */
  apply(): Promise<number>;
  /** Removes the state of the last apply. */
  again(): Promise<void>;
  remove(): Promise<void>;
}

export function plainFolder(configuration: string): PlainFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-plain-'));
  writeFileSync(path.join(folder, 'main.tf'), configuration);
  const terraform = async (...args: string[]): Promise<void> => {
    const child = spawn('terraform', args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, CHECKPOINT_DISABLE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`terraform ${args[0]} ended with ${code}`);
  };
  const timed = async (work: () => Promise<void>): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  return {
    plan: async () =>
      await timed(async () => {
        await terraform('init', '-input=false');
        await terraform('plan', '-input=false', '-out=plan.tfplan');
        await terraform('show', '-json', 'plan.tfplan');
      }),
    apply: async () => await timed(async () => await terraform('apply', '-input=false', 'plan.tfplan')),
    again: async () => await rm(path.join(folder, 'terraform.tfstate'), { force: true }),
    remove: async () => await rm(folder, { recursive: true }),
  };
}

export const resources = (count: number): string =>
  `resource "terraform_data" "it" {\n  count = ${count}\n  input = count.index\n}\n`;
