/**
 * Measures the waits of a person at the command line: `terraform plan` and `terraform apply -auto-approve` of one
 * resource against Runwright, and against a server that gives the same answers from memory, taking turns. Then the
 * time of a log line from terraform on the runner to the terminal.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startReplayingServer } from './support/replaying-server.ts';
import { benchToken, newHome, removeHome, startBenchServer } from './support/server.ts';
import { median, ms, quantile, report } from './support/table.ts';

const ROUNDS = 5;
const LINES = 30;

interface Folder {
  run(args: readonly string[], onOutput?: (text: string) => void): Promise<void>;
  remove(): Promise<void>;
}

function newFolder(hostname: string, configuration: string, workspace: string): Folder {
  const root = mkdtempSync(path.join(tmpdir(), 'runwright-bench-cli-'));
  const folder = path.join(root, 'configuration');
  mkdirSync(folder);
  const cloud = `hostname = "${hostname}"\n organization = "bench"\n workspaces { name = "${workspace}" }`;
  writeFileSync(path.join(folder, 'main.tf'), `terraform {\n cloud {\n ${cloud}\n }\n}\n${configuration}`);
  const services = ['tfe.v2', 'tfe.v2.1']
    .map((name) => `"${name}" = "http://${hostname}/api/v2/"`)
    .join('\n');
  writeFileSync(
    path.join(root, '.terraformrc'),
    `host "${hostname}" {\n services = {\n ${services}\n }\n}\ncredentials "${hostname}" {\n token = "${benchToken}"\n}\n`,
  );
  return {
    async run(args, onOutput = () => undefined) {
      const child = spawn('terraform', args, {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: root, CHECKPOINT_DISABLE: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout.setEncoding('utf8').on('data', onOutput);
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}`);
    },
    remove: async () => await rm(root, { recursive: true }),
  };
}

const ONE = 'variable "it" { default = "none" }\nresource "terraform_data" "it" {\n input = var.it\n}\n';

/** An apply starts at once, but terraform asks for its log a second or two later: these lines leave that time out. */
const QUIET_SECONDS = 3;

const TALKING = `resource "terraform_data" "talks" {
  provisioner "local-exec" {
    command = "sleep ${QUIET_SECONDS}; for i in $(seq ${LINES}); do echo at=$(date +%s%N); sleep 0.$((RANDOM % 9 + 1)); done"
    interpreter = ["/bin/bash", "-c"]
  }
}
`;

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const home = newHome();
const server = await startBenchServer(home);
const rows: string[][] = [];
const floor = await startReplayingServer(server.url);
const folders: Folder[] = [];
try {
  await server.client.organizations.create({ name: 'bench', email: 'bench@example.com' });
  const ours = newFolder(new URL(server.url).host, ONE, 'ours');
  const replayed = newFolder(floor.hostname, ONE, 'replayed');
  folders.push(ours, replayed);
  floor.record('init');
  await ours.run(['init']);
  await replayed.run(['init']);

  for (const [title, command, count] of [
    ['terraform plan', ['plan'], ROUNDS],
    ['terraform apply -auto-approve', ['apply', '-auto-approve'], ROUNDS],
  ] as const) {
    // Each apply changes something.
    const args = (round: number): string[] => [...command, '-var', `it=${round}`];
    floor.record(title);
    await replayed.run(args(-1));
    floor.replay(title);
    await ours.run(args(-1));
    const [oursMs, floorMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < count; round += 1) {
      oursMs.push(await timed(async () => await ours.run(args(round))));
      floorMs.push(await timed(async () => await replayed.run(args(round))));
    }
    const over = (median(oursMs) / median(floorMs) - 1) * 100;
    rows.push([
      title,
      ms(median(oursMs)),
      ms(median(floorMs)),
      `${over < 0 ? '' : '+'}${over.toFixed(1)} %`,
      '≤ +10 %',
    ]);
  }

  const talking = newFolder(new URL(server.url).host, TALKING, 'talking');
  folders.push(talking);
  await talking.run(['init']);
  const delays: number[] = [];
  await talking.run(['apply', '-auto-approve'], (text) => {
    for (const [, at] of text.matchAll(/at=(\d{15,})/g)) delays.push(Date.now() - Number(at) / 1_000_000);
  });
  if (delays.length !== LINES) throw new Error(`${delays.length} of ${LINES} lines arrived`);
  rows.push([
    'a line of an apply, from terraform to the terminal',
    `${ms(median(delays))} (longest ${ms(quantile(delays, 1))})`,
    '',
    '',
    '≤ 700 ms',
  ]);
} finally {
  for (const folder of folders) await folder.remove();
  await floor.close();
  await server.stop();
  await removeHome(home);
}
report(
  'cli',
  [
    `Embedded database, built-in runner, one resource, medians of ${ROUNDS} rounds, both sides taking turns. The floor is the same command`,
    'against a server that answers from memory what Runwright answered before: most of it is terraform waiting by itself.',
    `Lines come ${LINES} times, 0.1 to 0.9 seconds apart, the first ${QUIET_SECONDS} seconds after the resource was begun: terraform asks for the log of an`,
    'apply up to 1.8 seconds after the apply has started, and has what was written until then as late as that.',
  ],
  ['', 'Runwright', 'the floor', 'compared', 'aim'],
  rows,
);
