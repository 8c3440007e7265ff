/** `runwright run create --dir` uploads the same files of a folder as terraform itself. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Parser } from 'tar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packFolder } from '../../src/cli/upload/pack-folder.ts';
import { plainTerraform, type PlainTerraform } from '../support/provider/plain-terraform.ts';
import { needs } from '../support/programs.ts';
import { createOrganization, createWorkspace, uniqueName } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

const FILES = [
  ...[
    'a.log',
    'docs/a.md',
    'docs/deep/b.md',
    'docs/deep/needed.txt',
    'a/b/c.tf.txt',
    'a/b/a.log',
    'empty/.keep',
  ],
  ...[
    'a b/c d.txt',
    '#hash',
    '!bang',
    'v1.txt',
    'vx.txt',
    'a+b.txt',
    'aab.txt',
    '{a,b}.txt',
    'back\\slash',
    'back$',
  ],
  ...[
    '.git/config',
    'sub/.git/x',
    '.gitignore',
    'sub/.terraform/modules/y',
    'sub/.terraform/other',
    'x|y',
    '(open',
  ],
  ...['[ab].txt', 'ünï/é.txt', '*star*', '?q', 'logs/x/y/z.log', 'foo/bar/foo/baz', ' lead', 'trail '],
];
const LINKS = { link: 'main.tf', folder: 'docs', dangling: 'nowhere', 'docs/up': '../a' };

/** Each text is a whole file. */
const RULES = [
  'docs\n*.log\n!a.log\n# comment\n   # another\n\r\n/v?.txt\r\n',
  'docs/*\n',
  'docs/*\n!needed.txt\n',
  'docs/**\n!/docs/deep/\nfoo/bar\n/foo/**/baz\n',
  '*\n!main.tf\n!.terraformignore\n!**/b.md\n',
  '\\#hash\n\\!bang\na+b.txt\na\\+b.txt\n{a,b}.txt\nx|y\n(open\nback\\\\slash\nback\\$\n',
  '[ab].txt\n\\[ab\\].txt\nv[!0-9].txt\nv[^0-9].txt\n\\*star\\*\n\\?q\n',
  '!.git/\n!sub/.terraform/other\nün*/\n  trail \n lead\na b/\n',
];

const line = fc
  .tuple(
    fc.constantFrom('', '!', '/', '!/'),
    fc.array(
      fc.constantFrom(
        ...[
          '*',
          '**',
          '?',
          '/',
          'a',
          'b',
          'docs',
          'deep',
          '.txt',
          '.log',
          'x',
          '[ab]',
          '[!a]',
          '[^a]',
          '\\',
          '\\*',
        ],
        ...[
          '{',
          '}',
          '(',
          ')',
          '|',
          '+',
          '$',
          '^',
          '.',
          ' ',
          'foo',
          'bar',
          '.git',
          '.terraform',
          'modules',
          'é',
          '\\d',
        ],
      ),
      { minLength: 1, maxLength: 5 },
    ),
    fc.constantFrom('', '/', ' ', '\r'),
  )
  // Terraform itself crashes on a line with only a space or a `!`.
  .map(([before, atoms, after]) => before + (atoms.join('').trim() || 'x') + after);

needs('terraform')('the files of a folder that are uploaded', { timeout: 180_000 }, () => {
  let server: TestServer;
  let terraform: PlainTerraform;
  let workspaceId: string;
  let settings: string;
  beforeAll(async () => {
    server = await startTestServer();
    const organization = await createOrganization(server);
    const name = uniqueName('ws');
    workspaceId = await createWorkspace(server, organization, { name });
    const { host } = new URL(server.url);
    const services = Object.entries({ 'tfe.v2': '/api/v2/', 'tfe.v2.1': '/api/v2/', 'tfe.v2.2': '/api/v2/' })
      .map(([service, address]) => `    "${service}" = "${server.url}${address}"\n`)
      .join('');
    settings = mkdtempSync(path.join(tmpdir(), 'runwright-terraformrc-'));
    const configurationFile = path.join(settings, 'terraformrc');
    writeFileSync(
      configurationFile,
      `host "${host}" {\n  services = {\n${services}  }\n}\ncredentials "${host}" {\n  token = "${ADMIN_TOKEN}"\n}\n`,
    );
    terraform = plainTerraform(
      {
        'main.tf': `terraform {
          cloud {
            hostname     = "${host}"
            organization = "${organization}"
            workspaces {
              name = "${name}"
            }
          }
        }\n`,
        ...Object.fromEntries(FILES.map((file) => [file, file])),
      },
      { TF_CLI_CONFIG_FILE: configurationFile },
    );
    for (const [from, to] of Object.entries(LINKS)) symlinkSync(to, path.join(terraform.folder, from));
    mkdirSync(path.join(terraform.folder, 'nothing', 'inside'), { recursive: true });
    await terraform.succeed(['init']);
  });
  afterAll(async () => {
    terraform.remove();
    rmSync(settings, { recursive: true });
    await server.close();
  });

  async function uploadedByTerraform(): Promise<string[]> {
    const newest = async () =>
      await server.platform.db
        .selectFrom('configuration_version')
        .select(['id', 'sha256'])
        .where('workspace_id', '=', workspaceId)
        .where('status', '=', 'uploaded')
        .orderBy('created_at', 'desc')
        .executeTakeFirst();
    const before = await newest();
    let uploaded = before;
    // There is no runner, so the plan would wait.
    await terraform.run(['plan'], async ({ kill, hasEnded }) => {
      while (uploaded?.id === before?.id && !hasEnded()) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        uploaded = await newest();
      }
      kill();
    });
    if (uploaded === undefined || uploaded.id === before?.id)
      throw new Error('terraform has uploaded nothing');
    return await namesIn(await server.platform.blobs.read(String(uploaded.sha256)));
  }

  async function expectTheSame(rules: string): Promise<void> {
    writeFileSync(path.join(terraform.folder, '.terraformignore'), rules);
    const theirs = await uploadedByTerraform();
    const { archive } = await packFolder(terraform.folder);
    expect(await namesIn(archive), JSON.stringify(rules)).toEqual(theirs);
    expect(theirs.length).toBeGreaterThan(1);
  }

  test.each(RULES)('%j', expectTheSame);

  test('are the same for random rules', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        async (lines) =>
          // At least these files remain, whatever the other rules exclude.
          await expectTheSame(`${lines.join('\n')}\n!main.tf\n!.terraformignore\n`),
      ),
      { numRuns: 6 },
    );
  });
});

/** The names in an archive with the targets of links, sorted. */
async function namesIn(archive: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({
      strict: true,
      onReadEntry(entry) {
        names.push(`${entry.path.replace(/^\.\//, '')}${entry.linkpath ? ` -> ${entry.linkpath}` : ''}`);
        entry.resume();
      },
    });
    parser.on('end', resolve);
    parser.on('error', reject);
    parser.end(Buffer.from(archive));
  });
  return names.sort();
}
