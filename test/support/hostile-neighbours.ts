/** Two organizations on one runner: one attacks in its runs, the other checks that its own runs are unaffected. */
import { randomBytes } from 'node:crypto';
import type { Client } from '@runwright/client';
import { applyLog, createRealWorkspace, planLog, until, upload } from './real-run.ts';

/** Commands of an apply, each of which attacks its neighbours, the runner or the host. */
export const ATTACKS: Record<string, string> = {
  memory: `python3 -c 'held = [bytearray(b"x" * (50 << 20)) for _ in range(400)]'`,
  processes: 'for i in $(seq 3000); do sleep 20 & done; sleep 10',
  disk: 'head -c 3G /dev/zero > full; sleep 5',
  'many files': 'for i in $(seq 40000); do : > f$i; done',
  processor: 'for i in $(seq 16); do timeout 8 sh -c "while :; do :; done" & done; wait',
  'output without a line end': 'head -c 300M /dev/zero; echo',
  'output of lines': 'yes hostile-word | head -n 400000',
  'a state of nothing': 'truncate -s 3G errored.tfstate; sleep 2',
  'a nested state': `head -c 20000000 /dev/zero | tr '\\0' '[' > errored.tfstate; sleep 2`,
  pipes: 'mkfifo errored.tfstate ../pipe; rm -rf .terraform; mkfifo .terraform; sleep 2',
  'a deep folder': `python3 -c 'import os
for i in range(3000): os.mkdir("d" * 100); os.chdir("d" * 100)'`,
  'a closed folder': 'mkdir -p a/b && chmod 000 a/b a',
  'a kill of all': 'kill -9 -1; kill -9 $PPID; sleep 2',
  'a broken host': [
    'for f in /proc/sys/kernel/core_pattern /etc/hosts /usr/bin/env /runwright-engine/*; do echo hostile-word > $f; done',
    'timeout 3 rm -rf / --no-preserve-root 2>/dev/null',
    'unshare -UrmC sh -c "mount -t cgroup2 none /tmp && echo 0 > /tmp/cgroup.freeze"',
    'true',
  ].join('; '),
  'false keys and settings':
    'mkdir -p ~/.ssh ../ssh; for f in ~/.ssh/known_hosts ../ssh/known_hosts ~/.terraformrc ~/.gitconfig; do echo "* hostile-word" > $f; done',
  'a look around': [
    // Spaces between the characters keep the masking from recognizing a secret.
    `timeout 5 grep -raohE "honest-[0-9a-f]{16}" /tmp /dev/shm /run /runwright* /etc /home /root /var 2>/dev/null | head -n 20 | sed "s/./& /g"`,
    'for p in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\\\0" " " < $p | sed "s/./& /g"; done',
    'cat /proc/net/unix | sed "s/./& /g"',
  ].join('; '),
};

const honestFiles = (secret: string) => ({
  'main.tf': `variable "round" {}
variable "secret" {
  default   = ${JSON.stringify(secret)}
  sensitive = true
}
resource "terraform_data" "it" {
  input            = var.secret
  triggers_replace = var.round
  provisioner "local-exec" {
    command     = "sleep 0.5; echo $SECRET | wc -c"
    environment = { SECRET = var.secret }
  }
}
output "it" {
  value     = "\${terraform_data.it.output} \${var.round}"
  sensitive = true
}
`,
});

export interface HonestRun {
  ms: number;
  /** The faults, in words. */
  faults: string[];
}

export interface Neighbours {
  /** Runs the honest organization once, from start to end. */
  honest(): Promise<HonestRun>;
  /** Runs an attack once. @returns how it ended; whatever it read without permission is added to {@link seen} */
  hostile(attack: string): Promise<string>;
  seen: string[];
}

/** Makes a workspace for each of the two, in its own organization. */
export async function openNeighbours(client: Client): Promise<Neighbours> {
  const secret = `honest-${randomBytes(8).toString('hex')}`;
  const [honestId, hostileId] = [await createRealWorkspace(client), await createRealWorkspace(client)];
  await upload(client, honestId, honestFiles(secret));
  const seen: string[] = [];
  let round = 0;

  return {
    seen,
    async honest() {
      const text = String((round += 1));
      const startedAt = performance.now();
      const { id } = await client.runs.create({
        workspace_id: honestId,
        params: { auto_apply: true, variables: [{ key: 'round', value: JSON.stringify(text) }] },
      });
      const run = await until(client, id, 'final');
      const ms = performance.now() - startedAt;
      const { status } = run.attributes;
      const log = (await planLog(client, run)) + (status === 'applied' ? await applyLog(client, run) : '');
      const faults = [
        ...(status === 'applied' ? [] : [`run ${id} is ${status}: ${log.slice(-2_000)}`]),
        ...(log.includes('hostile-word') ? [`the log of ${id} holds words of the other organization`] : []),
      ];
      const state = await client.stateVersions.download(await client.stateVersions.current(honestId));
      if (!Buffer.from(state).includes(`${secret} ${text}`)) faults.push(`the state after ${id} is another`);
      return { ms, faults };
    },
    async hostile(attack) {
      const command = ATTACKS[attack] ?? attack;
      await upload(client, hostileId, {
        'main.tf': `resource "terraform_data" "it" {
  triggers_replace = timestamp()
  provisioner "local-exec" { command = ${JSON.stringify(command).replaceAll('${', '$${')} }
}
`,
      });
      const { id } = await client.runs.create({ workspace_id: hostileId, params: { auto_apply: true } });
      const run = await until(client, id, 'final');
      const log = await applyLog(client, run).catch(() => '');
      if (log.replaceAll(' ', '').includes(secret))
        seen.push(`${attack} saw the secret of the other organization`);
      return run.attributes.status;
    },
  };
}
