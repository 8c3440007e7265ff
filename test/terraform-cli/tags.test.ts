import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock } from './configurations.ts';
import { answers, makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const NO_WORKSPACE = '404 GET /api/v2/organizations/:organization/workspaces/:name';
const RESOURCE = 'resource "terraform_data" "it" {\n  input = terraform.workspace\n}\n';

needs('terraform')('cloud block: workspaces by tags and project', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  beforeAll(async () => {
    server = await startCliServer();
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
  });
  const command = createCommandTests('tags', () => server);
  const folderOf = async (workspaces: string): Promise<Folder> => {
    const files = { 'cloud.tf': cloudBlock(server.hostname, workspaces), 'main.tf': RESOURCE };
    const folder = await makeFolder(server, files);
    folders.push(folder);
    return folder;
  };

  let byTags: Folder;
  command('init (tags, no workspace yet)', async (shell) => {
    byTags = await folderOf('tags = ["network", "eu"]');
    await shell.terraform(byTags, ['init'], { during: answers('network-one'), refused: [NO_WORKSPACE] });
    const { attributes } = await server.api.workspace('network-one');
    expect([...(attributes['tag-names'] as string[])].sort()).toEqual(['eu', 'network']);
  });
  command('workspace new, list, select, show (tags)', async (shell) => {
    await shell.terraform(byTags, ['workspace', 'new', 'network-two'], { refused: [NO_WORKSPACE] });
    await server.api.post('/api/v2/organizations/acme/workspaces', { name: 'untagged' });
    await shell.terraform(byTags, ['workspace', 'list']);
    await shell.terraform(byTags, ['workspace', 'select', 'network-one']);
    await shell.terraform(byTags, ['workspace', 'show']);
    await shell.terraform(byTags, ['workspace', 'select', 'nothing'], { code: 1 });
  });
  command('apply -auto-approve (tags)', async (shell) => {
    await shell.terraform(byTags, ['apply', '-auto-approve']);
  });
  command('workspace delete (with resources, empty, the current one)', async (shell) => {
    await shell.terraform(byTags, ['workspace', 'delete', 'network-one'], { code: 1 });
    await shell.terraform(byTags, ['workspace', 'select', 'network-two']);
    await shell.terraform(byTags, ['workspace', 'delete', 'network-one'], { code: 1 });
    await shell.terraform(byTags, ['workspace', 'select', 'network-one']);
    await shell.terraform(byTags, ['workspace', 'delete', 'network-two']);
    await shell.terraform(byTags, ['workspace', 'list']);
  });
  command('init, workspace new, list (tags with values)', async (shell) => {
    const folder = await folderOf('tags = { team = "network", stage = "test" }');
    await shell.terraform(folder, ['init'], { during: answers('keyed-one'), refused: [NO_WORKSPACE] });
    await shell.terraform(folder, ['workspace', 'new', 'keyed-two'], { refused: [NO_WORKSPACE] });
    await shell.terraform(folder, ['workspace', 'list']);
  });
  command('init, workspace new, list (project)', async (shell) => {
    const folder = await folderOf('tags = ["in-project"]\n      project = "Networks"');
    await shell.terraform(folder, ['init'], { during: answers('project-one'), refused: [NO_WORKSPACE] });
    await shell.terraform(folder, ['workspace', 'new', 'project-two'], { refused: [NO_WORKSPACE] });
    await shell.terraform(folder, ['workspace', 'list']);
    const workspace = await server.api.workspace('project-two');
    const project = await server.api.get(`/api/v2/projects/${workspace.relationships['project']?.data?.id}`);
    expect(project.attributes['name']).toBe('Networks');
  });
  command('init (TF_WORKSPACE)', async (shell) => {
    const folder = await folderOf('tags = ["network", "eu"]');
    const env = { TF_WORKSPACE: 'network-one' };
    await shell.terraform(folder, ['init'], { env });
    await shell.terraform(folder, ['plan'], { env });
  });
});
