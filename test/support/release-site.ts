import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strToU8, zipSync } from 'fflate';
import { createMessage, generateKey, readPrivateKey, sign, type PrivateKey } from 'openpgp';
import type { EngineProduct } from '../../src/protocol/agent.ts';
import { hostPlatform } from '../../src/runner/host-platform.ts';

export interface Signer {
  privateKey: PrivateKey;
  publicKey: string;
}

export async function makeSigner(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: 'Site' }], format: 'armored' });
  return { privateKey: await readPrivateKey({ armoredKey: privateKey }), publicKey };
}

export async function signDetached(
  text: string,
  { privateKey }: Pick<Signer, 'privateKey'>,
): Promise<Buffer> {
  const message = await createMessage({ binary: Buffer.from(text) });
  const signature = await sign({ message, signingKeys: privateKey, detached: true, format: 'binary' });
  return Buffer.from(signature as Uint8Array);
}

const LAYOUT = {
  terraform: {
    ...{ name: 'Terraform', program: 'terraform', list: '/terraform/index.json' },
    folder: (version: string) => `/terraform/${version}`,
    signature: '.72D7468F.sig',
  },
  opentofu: {
    ...{ name: 'OpenTofu', program: 'tofu', list: '/api.json' },
    folder: (version: string) => `/v${version}`,
    signature: '.gpgsig',
  },
};

/** A program that answers as the engine would. */
export const engineScript = (product: EngineProduct, version: string): string =>
  `#!/bin/sh\necho "${LAYOUT[product].name} v${version}"\necho "on ${hostPlatform()}"\n`;

export interface Publication {
  signer: Signer;
  version?: string;
  /** What the sums are of. */
  archive?: Buffer;
  /** What is sent for the archive. */
  sent?: Buffer;
  end?: '.zip' | '.tar.gz';
  signatureEnd?: string;
}

type Answer = Buffer | ((response: ServerResponse) => void);

export interface ReleaseSiteFixture {
  url: string;
  /** Answers by path; others are answered with 404. */
  answers: Map<string, Answer>;
  requests: string[];
  /** Publishes a release with its sums and their signature, and names it in the list. */
  publish(product: EngineProduct, publication: Publication): Promise<{ archive: string; sums: string }>;
  close(): void;
}

/** The release sites of both products, in the layout of their mirrors, on loopback. */
export async function startReleaseSite(): Promise<ReleaseSiteFixture> {
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = answers.get(path);
    if (typeof answer === 'function') answer(response);
    else response.writeHead(answer ? 200 : 404).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ answers, requests },
    async publish(product, { signer, version = '9.8.7', end = '.zip', ...more }) {
      const { program, folder, list, signature } = LAYOUT[product];
      const archive =
        more.archive ??
        Buffer.from(zipSync({ LICENSE: strToU8('x'), [program]: strToU8(engineScript(product, version)) }));
      const name = `${program}_${version}_${hostPlatform()}${end}`;
      const sums = `${folder(version)}/${program}_${version}_SHA256SUMS`;
      const text = `${createHash('sha256').update(archive).digest('hex')}  ${name}\n`;
      answers.set(sums, Buffer.from(text));
      answers.set(`${sums}${more.signatureEnd ?? signature}`, await signDetached(text, signer));
      answers.set(`${folder(version)}/${name}`, more.sent ?? archive);
      const versions = [version, '9.9.0-rc1', '8.0.0', '9.8', '../../x'];
      const listed =
        product === 'terraform'
          ? Object.fromEntries(versions.map((each) => [each, {}]))
          : versions.map((id) => ({ id, files: [name] }));
      answers.set(list, Buffer.from(JSON.stringify({ versions: listed })));
      return { archive: `${folder(version)}/${name}`, sums };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
