import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../support/programs.ts';
import { makeKey, startSshServer, type SshServer } from '../support/ssh-server.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, until, type Harness } from './harness.ts';

const sandboxes = [
  { sandbox: 'required', describe: needs('terraform', 'sshd', 'bwrap') },
  { sandbox: 'off', describe: needs('terraform', 'sshd') },
] as const;

for (const { sandbox, describe: describeWhereItWorks } of sandboxes) {
  describeWhereItWorks(`a module that comes over SSH, sandbox ${sandbox}`, () => {
    let folder: string;
    let sshServer: SshServer;
    let harness: Harness;
    let configuration: Buffer;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'runwright ssh %h '));
      sshServer = await startSshServer(await mkdtemp(join(tmpdir(), 'runwright-sshd-')));
      const source = sshServer.addRepository('module', {
        'main.tf': `
          resource "terraform_data" "it" {
            provisioner "local-exec" { command = "echo \\"[$GIT_SSH_COMMAND]\\" $(ls \\"$HOME/..\\")" }
          }
          output "from" { value = "the module" }`,
      });
      configuration = packFiles({
        'main.tf': `
          module "it" { source = "${source}" }
          output "from" { value = module.it.from }`,
      });
      harness = await startHarness({ sandbox, workFolder: join(folder, 'work') });
    });
    afterAll(async () => {
      await harness.close();
      await sshServer.close();
      await rm(folder, { recursive: true });
    });
    const rememberedHosts = () => readFileSync(join(folder, 'work', '.ssh', 'acme', 'known_hosts'), 'utf8');
    const isClean = (log: Buffer) =>
      sshServer.key.split('\n').every((line) => line === '' || !log.includes(line));

    it('is fetched with the key, which only the init can see', async () => {
      const sshKey = sshServer.key.trim().replaceAll('\n', '\r\n');
      const { plan, apply } = await planAndApply(harness, { configuration, sshKey });
      expect([plan.finish?.outcome, apply.finish?.outcome]).toEqual(['succeeded', 'succeeded']);
      expect(lastState(apply).outputs['from']?.value).toBe('the module');
      expect(apply.log.toString()).toContain('[] configuration files home state tmp');
      expect([isClean(plan.log), isClean(apply.log)]).toEqual([true, true]);
      expect(rememberedHosts().trim().split(' ')[2]).toBe(sshServer.hostEntry().split(' ')[2]);
    });

    it('is not fetched with another key or without a key', async () => {
      const sshKey = makeKey(join(folder, 'other-key'));
      const refused = await harness.execute({ phase: 'plan', configuration, sshKey });
      expect(refused.finish?.outcome).toBe('errored');
      expect(refused.log.toString()).toContain('Permission denied (publickey)');
      const without = await harness.execute({ phase: 'plan', configuration });
      expect(without.finish?.outcome).toBe('errored');
    });

    it('is not fetched from a host whose key has changed', async () => {
      const remembered = rememberedHosts();
      await sshServer.changeHostKey();
      const refused = await harness.execute({ phase: 'plan', configuration, sshKey: sshServer.key });
      expect(refused.finish?.outcome).toBe('errored');
      expect(refused.log.toString()).toContain('Host key verification failed');
      expect(isClean(refused.log)).toBe(true);
      expect(rememberedHosts()).toBe(remembered);
    });

    it('is fetched only from the hosts in a file, if there is one', async () => {
      const sshKnownHosts = join(folder, 'hosts');
      writeFileSync(sshKnownHosts, '# none yet\n');
      const strict = await startHarness({ sandbox, sshKnownHosts });
      try {
        const wish = { phase: 'plan', configuration, sshKey: sshServer.key } as const;
        const refused = await strict.execute(wish);
        expect(refused.log.toString()).toContain('Host key verification failed');
        writeFileSync(sshKnownHosts, sshServer.hostEntry());
        expect((await strict.execute(wish)).finish?.outcome).toBe('succeeded');
        expect(existsSync(join(strict.workFolder, '.ssh'))).toBe(false);
      } finally {
        await strict.close();
      }
    });
  });
}

it('the next runner removes the key of a dead runner, even if the folder stays for its state', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runwright-left-'));
  const left = join(folder, 'run-left');
  mkdirSync(join(left, 'box', 'ssh'), { recursive: true });
  writeFileSync(join(left, 'box', 'ssh', 'key'), 'PRIVATE');
  const state = join(left, 'state');
  writeFileSync(state, JSON.stringify({ version: 4, serial: 2, lineage: 'l', resources: [] }));
  const locations = { local: state, posted: join(left, 'posted'), errored: join(left, 'errored') };
  const record = { id: 'apply-1', lease: 'x', phase: 'apply', url: 'http://another.example', locations };
  writeFileSync(join(left, 'record.json'), JSON.stringify(record));
  const harness = await startHarness({ workFolder: folder });
  try {
    await until(() => !existsSync(join(left, 'box', 'ssh')));
    expect(existsSync(state)).toBe(true);
    const waits = 'a state waits here for the server that its step came from';
    await until(() => harness.messages.some((message) => message.includes(waits)));
  } finally {
    await harness.close();
    await rm(folder, { recursive: true });
  }
});
