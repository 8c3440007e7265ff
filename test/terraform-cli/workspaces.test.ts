import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock } from './configurations.ts';
import { makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const RESOURCE = 'resource "terraform_data" "it" {\n  input = terraform.workspace\n}\n';

needs('terraform')('cloud block: folders and execution modes', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  beforeAll(async () => {
    server = await startCliServer({ RUNWRIGHT_RUN_VARIABLE_VALUE_MAX: '65536' });
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
  });
  const command = createCommandTests('workspaces', () => server);
  const folderOf = async (workspaces: string): Promise<Folder> => {
    const files = { 'cloud.tf': cloudBlock(server.hostname, workspaces), 'main.tf': RESOURCE };
    const folder = await makeFolder(server, files);
    folders.push(folder);
    return folder;
  };

  command('plan (working directory)', async (shell) => {
    await server.api.post('/api/v2/organizations/acme/workspaces', {
      name: 'nested',
      'working-directory': 'environments/test',
    });
    const folder = await makeFolder(server, {
      'modules/thing/main.tf': RESOURCE,
      'environments/test/main.tf': `${cloudBlock(server.hostname, 'name = "nested"')}
module "thing" { source = "../../modules/thing" }
`,
    });
    folders.push(folder);
    const options = { directory: 'environments/test' };
    await shell.terraform(folder, ['init'], options);
    await shell.terraform(folder, ['plan'], options);
  });
  command('plan (.terraformignore)', async (shell) => {
    const folder = await folderOf('name = "ignoring"');
    folder.write({
      '.terraformignore': 'secret/\n*.key\n',
      'secret/file': 'secret',
      'main.key': 'secret',
      'kept.txt': 'kept',
      'main.tf': 'output "files" { value = fileset(path.module, "**") }\n',
    });
    await folder.run(['init']);
    const { output } = await shell.terraform(folder, ['plan']);
    expect(output).toContain('kept.txt');
    expect(output).not.toMatch(/main\.key|secret\//);
  });

  command('plan -var (long values, with RUNWRIGHT_RUN_VARIABLE_VALUE_MAX)', async (shell) => {
    const folder = await folderOf('name = "long-values"');
    folder.write({ 'main.tf': 'variable "text" {}\noutput "length" { value = length(var.text) }\n' });
    await folder.run(['init']);
    await shell.terraform(folder, ['plan', '-var', `text=${'x'.repeat(1_000)}`]);
  });

  let local: Folder;
  command('plan, apply (execution mode local)', async (shell) => {
    await server.api.post('/api/v2/organizations/acme/workspaces', {
      name: 'local',
      'execution-mode': 'local',
    });
    local = await folderOf('name = "local"');
    await shell.terraform(local, ['init']);
    await shell.terraform(local, ['plan']);
    await shell.terraform(local, ['apply', '-auto-approve']);
    await shell.terraform(local, ['plan', '-detailed-exitcode']);
    expect((await server.api.workspace('local')).attributes['locked']).toBe(false);
  });
  command('apply (a saved plan), output, destroy (execution mode local)', async (shell) => {
    local.write({ 'more.tf': 'output "it" { value = terraform_data.it.output }\n' });
    await shell.terraform(local, ['plan', '-out', 'local.tfplan']);
    await shell.terraform(local, ['apply', 'local.tfplan']);
    await shell.terraform(local, ['output']);
    await shell.terraform(local, ['destroy', '-auto-approve']);
  });

  test('states of odd values are pushed, pulled and planned with in execution mode local', async () => {
    await server.api.post('/api/v2/organizations/acme/workspaces', {
      name: 'odd',
      'execution-mode': 'local',
    });
    const folder = await folderOf('name = "odd"');
    folder.write({
      'main.tf': String.raw`
resource "terraform_data" "nul" {
  for_each = { (base64decode("AGE=")) = 123456789012345678901234567890 }
  input    = each.value
}
output "nul"  { value = base64decode("AGE=") }
output "huge" { value = yamldecode("1e758") }
output "id"   { value = 9007199254740993 }
output "deep" { value = jsondecode("${'['.repeat(60)}${']'.repeat(60)}") }
`,
    });
    const succeed = async (...args: string[]): Promise<string> => {
      const { code, output } = await folder.run(args);
      expect([args, code, output]).toEqual([args, 0, expect.anything()]);
      return output;
    };
    await succeed('init');
    await succeed('apply', '-auto-approve');
    await succeed('plan', '-detailed-exitcode');
    const shown = await succeed('output', '-json');
    for (const text of [String.raw`"\u0000a"`, `1${'0'.repeat(758)}`, '9007199254740993', '[[[[[[']) {
      expect(shown.replaceAll(/\s/g, '')).toContain(text);
    }

    const pulled = await succeed('state', 'pull');
    const serial = Number(/"serial": (\d+)/.exec(pulled)?.[1]);
    folder.write({
      'odd.tfstate': pulled.replace(/"serial": \d+/, `"serial": ${serial + 1}`).replace(
        '"outputs": {',
        String.raw`"later": {"\u0000": [1e999, "\ud83d"]}, "outputs": {
          "half": {"value": "\ud83d", "type": "string"}, "long": {"value": 0.1234567890123456789012345, "type": "number"},`,
      ),
    });
    await succeed('state', 'push', 'odd.tfstate');
    const after = (await succeed('output', '-json')).replaceAll(/\s/g, '');
    for (const text of ['"value":"\ufffd"', '0.1234567890123456789012345', `1${'0'.repeat(758)}`]) {
      expect(after).toContain(text);
    }
    expect(await succeed('state', 'list')).toContain('terraform_data.nul["\\u0000a"]');
  });
});
