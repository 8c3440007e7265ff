import * as z from 'zod';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { reportFacts } from '../../answer/report.ts';
import { defineTool } from '../../tool/tool.ts';

export const testNotification = defineTool({
  name: 'test_notification',
  title: 'Test notification',
  description:
    'Sends a test message to where a notification goes. enable: true also switches it on, if it was taken.',
  kind: 'write',
  toolsets: ['workspaces'],
  isDestructive: false,
  input: toolInput('test_notification', {
    notification_id: Ids.notification,
    enable: z.boolean().default(false),
  }),
  subject: ({ notification_id }) => `notification ${notification_id}`,
  async handle({ notification_id: id, enable }, context) {
    const { client, signal } = context;
    const calls = client.notificationConfigurations;
    const { attributes } = await (enable ? calls.enable : calls.verify)(id, { signal });
    const facts = { id, enabled: attributes.enabled, test_message_taken: true };
    return reportFacts(`The test message of notification ${id} was taken.`, facts, null);
  },
});
