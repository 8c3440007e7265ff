import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness } from './harness.ts';

needs(
  'terraform',
  'bwrap',
  'slirp4netns',
)('a run with a network of its own', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => server.close());

  /** The addresses that an apply of 210 resources could connect to, with its state sent over loopback. */
  async function tryAll(doors: { address: string; port: number }[]): Promise<string[]> {
    const harness = await startHarness({
      sandbox: 'required',
      network: { mode: 'isolated', doors, networks: [] },
    });
    const api = Number(new URL(harness.server.url).port);
    const targets = [
      ...[
        ['127.0.0.1', port],
        ['127.0.0.2', port],
        ['10.0.2.2', port],
        ['169.254.169.254', 80],
      ],
      ...[
        ['169.254.170.2', 80],
        ['127.0.0.1', api],
      ],
    ];
    const script = `import socket
for address, port in ${JSON.stringify(targets)}:
  s = socket.socket(); s.settimeout(5)
  try:
    s.connect((address, port)); print("OPEN-" + address + "-" + str(port) + ".")
  except OSError: pass
`;
    const configuration = packFiles({
      'main.tf': `resource "terraform_data" "many" { count = 210 }
resource "terraform_data" "try" {
  provisioner "local-exec" { command = "python3 try.py; wc -l < /proc/net/unix" }
}`,
      'try.py': script,
    });
    try {
      const { apply } = await planAndApply(harness, { configuration, workspace: { name: 'default' } });
      expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 211 } });
      expect(lastState(apply).resources.map(({ name }) => name)).toEqual(['many', 'try']);
      // `/proc/net/unix` has only its heading, so no abstract socket of the host is visible.
      expect(apply.log.toString()).toContain('(local-exec): 1"');
      const found = apply.log.toString().matchAll(/"output":"OPEN-([\d.]+-\d+)\."/g);
      return [...found].map(([, target = '']) =>
        target.replace(`-${api}`, '-api').replace(`-${port}`, '-other'),
      );
    } finally {
      await harness.close();
    }
  }

  it('reaches the server that it works for, but neither other ports of loopback nor metadata addresses', async () => {
    expect(await tryAll([])).toEqual(['127.0.0.1-api']);
  });

  it('reaches the allowed ports of loopback', async () => {
    expect(await tryAll([{ address: '127.0.0.1', port }])).toEqual(['127.0.0.1-other', '127.0.0.1-api']);
  });
});
