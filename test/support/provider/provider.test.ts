/** The provider under real terraform behaves as the tests of runs need it. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { needs } from '../programs.ts';
import { startCloud, type Cloud } from './cloud.ts';
import { plainTerraform, type PlainTerraform } from './plain-terraform.ts';
import { testProvider, type TestProvider } from './test-provider.ts';

needs('terraform')('the provider of the tests', { timeout: 180_000 }, () => {
  let provider: TestProvider;
  let cloud: Cloud;
  let terraform: PlainTerraform;
  beforeEach(async () => {
    provider = await testProvider();
    cloud = await startCloud();
  });
  afterEach(async () => {
    terraform.remove();
    await cloud.close();
  });

  async function begin(main: string, environment?: Record<string, string>): Promise<void> {
    terraform = plainTerraform({ ...provider.files({ url: cloud.url }), 'main.tf': main }, environment);
    await terraform.succeed(['init']);
  }
  const apply = () => terraform.succeed(['apply', '-auto-approve']);
  const attributes = () => terraform.state().resources[0]?.instances[0]?.attributes ?? {};
  const thing = (body: string) => `resource "fixture_thing" "it" {\n  ${body}\n}\n`;

  it('makes, changes, replaces and destroys a thing, which is in the cloud meanwhile', async () => {
    await begin(thing('name = "one"\n value = "first"'));
    expect(await terraform.run(['plan', '-detailed-exitcode'])).toMatchObject({ code: 2 });
    expect(cloud.objects.size).toBe(0);
    expect(await apply()).toContain('1 added, 0 changed, 0 destroyed');
    const { id } = cloud.named('one');
    expect(attributes()).toMatchObject({ id, value: 'first', value_length: 5, revision: 1 });

    terraform.write({ 'main.tf': thing('name = "one"\n value = "second"') });
    expect(await apply()).toContain('0 added, 1 changed, 0 destroyed');
    expect(cloud.named('one')).toMatchObject({ id, value: 'second' });
    expect(attributes()).toMatchObject({ revision: 2 });

    terraform.write({ 'main.tf': thing('name = "two"\n value = "second"') });
    expect(await terraform.succeed(['plan'])).toContain('"one" -> "two" # forces replacement');
    expect(await apply()).toContain('1 added, 0 changed, 1 destroyed');
    expect([...cloud.objects.values()].map(({ name }) => name)).toEqual(['two']);

    expect(await terraform.run(['plan', '-detailed-exitcode'])).toMatchObject({ code: 0 });
    await terraform.succeed(['destroy', '-auto-approve']);
    expect(cloud.objects.size).toBe(0);
    expect(cloud.calls.map(({ call }) => call)).toEqual(
      expect.arrayContaining(['start', 'ConfigureProvider', 'PlanResourceChange', 'ApplyResourceChange']),
    );
  });

  it('shows drift and deletion in the cloud', async () => {
    await begin(thing('name = "one"\n value = "ours"'));
    await apply();
    cloud.named('one')['value'] = 'theirs';
    expect(await terraform.succeed(['plan'])).toContain('"theirs" -> "ours"');
    expect(await terraform.succeed(['plan', '-refresh-only'])).toContain('"ours" -> "theirs"');
    cloud.objects.clear();
    expect(await terraform.succeed(['plan'])).toContain('1 to add, 0 to change, 0 to destroy');
  });

  it('imports things by a block and with generated configuration, and refuses what does not exist', async () => {
    await begin('import {\n  id = "wild-1"\n  to = fixture_thing.wild\n}\n');
    cloud.objects.set('wild-1', { name: 'wild', value: 'grown', tags: { kind: 'oak' } });
    const planned = await terraform.succeed(['plan', '-generate-config-out=generated.tf']);
    expect(planned).toContain('1 to import, 0 to add, 0 to change, 0 to destroy');
    expect(await apply()).toContain('1 imported, 0 added, 0 changed, 0 destroyed');
    expect(attributes()).toMatchObject({ id: 'wild-1', name: 'wild', value: 'grown', tags: { kind: 'oak' } });

    terraform.write({ 'more.tf': 'resource "fixture_thing" "gone" {}\n' });
    const missing = await terraform.run(['import', 'fixture_thing.gone', 'nobody']);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.output).toContain('Cannot import non-existent remote object');
  });

  it('keeps every kind of value, and hides sensitive and write-only ones', async () => {
    await begin(`${thing(`
      number     = 123456789012345678901234567890.25
      flag       = false
      list       = ["b", "a", "b"]
      labels     = ["y", "x"]
      tags       = { "ключ" = "значение", "\\"" = "\\u0001" }
      shape      = { width = -0.5, title = "😀" }
      anything   = { deep = [1, "x", null, { more = true }] }
      secret     = "hush-hush"
      write_only = "never kept"
      write_only_version = 1
      output_bytes = 5
      part { name = "first" }
      part {
        name   = "second"
        amount = 9007199254740993
      }
      setting {
        key   = "k"
        value = "quiet"
      }`)}
      output "copy" {
        value     = fixture_thing.it.secret_copy
        sensitive = true
      }`);
    expect(await apply()).not.toMatch(/hush|never kept|quiet/);
    const shown = await terraform.succeed(['show', '-json']);
    expect(shown).toContain('123456789012345678901234567890.25');
    expect(shown).toContain('9007199254740993');
    expect(attributes()).toMatchObject({
      flag: false,
      labels: ['x', 'y'],
      tags: { ключ: 'значение', '"': '\u0001' },
      shape: { title: '😀' },
      secret_copy: 'hush-hush',
      write_only: null,
      written_sha256: createHash('sha256').update('never kept').digest('hex'),
      default: 'chosen by the provider',
      output: 'ooooo',
      part: [{ name: 'first' }, { name: 'second' }],
    });
    expect(await terraform.run(['plan', '-detailed-exitcode'])).toMatchObject({ code: 0 });
  });

  it('leaves a file at the plan that the apply reads', async () => {
    await begin(`
      data "fixture_file" "made" {
        path    = "\${path.root}/build/made.txt"
        content = "made while planning"
      }
      ${thing('source_file = data.fixture_file.made.path')}`);
    await terraform.succeed(['plan', '-out=saved']);
    await terraform.succeed(['apply', 'saved']);
    const [, made] = terraform.state().resources;
    expect(made?.instances[0]?.attributes['source_sha256']).toBe(
      createHash('sha256').update('made while planning').digest('hex'),
    );
  });

  it.each(['validate', 'plan', 'create'])('fails and warns at %s', async (moment) => {
    await begin(thing(`fail_at = ["${moment}"]`));
    const { code, output } = await terraform.run(['apply', '-auto-approve']);
    expect([code, cloud.objects.size]).toEqual([1, 0]);
    expect(output).toContain(`The ${moment} failed`);
    terraform.write({ 'main.tf': thing(`warn_at = ["${moment}"]`) });
    expect(await apply()).toContain(`The ${moment} is doubtful`);
  });

  it('fails when the thing exists already, at an update, and at a destroy', async () => {
    await begin(thing('name = "half"\n fail_at = ["created", "delete"]'));
    expect(await terraform.run(['apply', '-auto-approve'])).toMatchObject({ code: 1 });
    expect(cloud.objects.size).toBe(1);
    expect(terraform.state().resources[0]?.instances[0]?.status).toBe('tainted');
    const destroyed = await terraform.run(['destroy', '-auto-approve']);
    expect(destroyed.output).toContain('The delete failed');
    expect(terraform.state().resources).toHaveLength(1);

    cloud.trouble = { status: 503 };
    const refused = await terraform.run(['plan']);
    expect(refused.output).toContain('The service answers 503');
  });

  it('can crash, and terraform then reports the plugin as gone', async () => {
    await begin(thing('crash_at = ["create"]'));
    const { code, output } = await terraform.run(['apply', '-auto-approve']);
    expect(code).toBe(1);
    expect(output).toContain('panic: the provider was told to crash at create');
    // Which of the two depends on what terraform notices first: the end of the process or of the connection.
    expect(output).toMatch(/Plugin did not respond|ApplyResourceChange request was cancelled/);
  });

  it('can hang until it is told to stop', async () => {
    await begin(thing('hang_at = ["create"]'));
    const { code, output } = await terraform.run(
      ['apply', '-auto-approve'],
      async ({ interrupt, output: printed }) => {
        while (!printed().includes('Creating...')) await new Promise((resolve) => setTimeout(resolve, 20));
        interrupt();
      },
    );
    expect(code).toBe(1);
    expect(output).toContain('The provider was stopped');
    expect(cloud.objects.size).toBe(0);
  });

  it('can take its time, and can ignore a stop', async () => {
    await begin(thing('name = "slow"\n deaf = true\n delay_ms = { create = 1500 }'));
    const { output } = await terraform.run(
      ['apply', '-auto-approve'],
      async ({ interrupt, output: printed }) => {
        while (!printed().includes('Creating...')) await new Promise((resolve) => setTimeout(resolve, 20));
        interrupt();
      },
    );
    expect(output).toContain('Creation complete');
    expect(cloud.named('slow').id).toBe(attributes()['id']);
  });

  it('moves a thing from another type, and upgrades the state of its first version', async () => {
    await begin('resource "terraform_data" "old" { input = "kept" }\n');
    await apply();
    terraform.write({
      'main.tf': `moved {\n  from = terraform_data.old\n  to   = fixture_item.new\n}\nresource "fixture_item" "new" { value = "kept" }\n`,
    });
    const id = terraform.state().resources[0]?.instances[0]?.attributes['id'] as string;
    cloud.objects.set(id, {});
    expect(await apply()).toContain('0 added, 1 changed, 0 destroyed');
    expect(attributes()).toMatchObject({ id, value: 'kept' });

    const state = terraform.state();
    const [instance] = state.resources[0]?.instances ?? [];
    if (instance === undefined) throw new Error('nothing is there');
    instance.schema_version = 0;
    instance.attributes = { id, label: 'of old', value: 'kept' };
    terraform.write({ 'terraform.tfstate': JSON.stringify(state) });
    cloud.objects.set(id, {});
    expect(await terraform.succeed(['plan'])).toMatch(/"of old" -> null|- name\s+= "of old"/);
  });

  it('has functions and ephemeral values, and reports which module asks', async () => {
    await begin(`
      terraform {
        provider_meta "fixture" { module_name = "root of the test" }
      }
      ephemeral "fixture_token" "door" { name = "door" }
      ${thing('write_only = ephemeral.fixture_token.door.token\n write_only_version = 1')}
      output "shout" { value = provider::fixture::shout("hey") }
      output "total" { value = provider::fixture::total(1, 2, 3.5) }`);
    const output = await apply();
    expect(output).toContain('shout = "HEY!"');
    expect(output).toContain('total = 6.5');
    expect(attributes()['written_sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(cloud.calls.map(({ call }) => call)).toContain('CloseEphemeralResource');
    expect(cloud.calls.map(({ meta }) => meta)).toContain('root of the test');
    terraform.write({ 'more.tf': 'output "refused" { value = provider::fixture::refuse("not today") }' });
    expect((await terraform.run(['plan'])).output).toContain('not today');
  });

  it('reports what it can reach, and can print secrets as careless providers do', async () => {
    await begin(
      `data "fixture_surroundings" "here" {
        read  = ["/etc/hostname", "/nowhere"]
        write = ["/nowhere/at/all"]
      }
      output "here" { value = data.fixture_surroundings.here }
      ${thing('secret = "spilled"\n leak_to = ["stderr", "stdout", "diagnostic"]\n fail_at = ["create"]')}`,
      { TF_LOG: 'DEBUG', PLANTED: 'in the environment' },
    );
    const { output } = await terraform.run(['apply', '-auto-approve']);
    expect(output).toContain('the secret is spilled');
    expect(output).toContain('asks for it: spilled');
    expect(terraform.state().outputs).toMatchObject({
      here: {
        value: { environment: { PLANTED: 'in the environment' }, writable: { '/nowhere/at/all': false } },
      },
    });
  });

  it('can be as large as the provider of a whole cloud, and can defer, which terraform refuses', async () => {
    await begin(thing('defer = true'), { FIXTURE_EXTRA_TYPES: '300' });
    const schemas = JSON.parse(await terraform.succeed(['providers', 'schema', '-json'])) as {
      provider_schemas: Record<string, { resource_schemas: object }>;
    };
    expect(Object.keys(schemas.provider_schemas[provider.source]?.resource_schemas ?? {})).toHaveLength(302);
    expect((await terraform.run(['plan'])).output).toContain('deferred');
  });
});
