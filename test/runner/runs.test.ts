import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveOf } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, type Harness } from './harness.ts';

const CONFIGURATION = archiveOf({
  'main.tf': `
variable "greeting" { default = "nobody" }
resource "terraform_data" "one" { input = var.greeting }
output "greeting" { value = terraform_data.one.output }
output "workspace" { value = terraform.workspace }
`,
});

describe('a run', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('is planned and applied', async () => {
    const variables = [{ key: 'greeting', value: 'hello' }];
    const { plan, apply } = await planAndApply(harness, { configuration: CONFIGURATION, variables });
    console.log(plan.log.toString(), apply.log.toString(), plan.finish, apply.finish, harness.messages);
    expect(lastState(apply).outputs['greeting']?.value).toBe('hello');
  });
});
