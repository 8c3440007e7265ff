import { quoteInexactNumbers } from '@runwright/models';
import type { Client, OpenAnswer } from '@runwright/client';
import { readBounded } from '../../reading/bounded-body.ts';
import { Ids, toolInput } from '../../tool/inputs.ts';
import { readTail } from '../../logs/read-log.ts';
import { redactTerraformJson } from '../../plan/redact-plan.ts';
import { reportFacts } from '../../answer/report.ts';
import { readTool } from '../../tool/resource-tool.ts';
import { defineTool, type Tool } from '../../tool/tool.ts';
import { DEFAULT_LOG_LENGTH, DEFAULT_TAIL_LINES, reportLog } from '../runs/phase-logs.ts';

const toolsets = ['assessments'] as const;
const assessment_result_id = Ids.assessment;
const result = ({ assessment_result_id: id }: { assessment_result_id: string }): string => `assessment ${id}`;
const MAX_JSON_LENGTH = 32_000;
const whenMissing =
  'check the id with the user; a server without health assessments has none: create_run with plan_only and refresh_only shows drift on every server.';

export const assessmentTools: readonly Tool[] = [
  readTool({
    name: 'get_assessment_result_details',
    title: 'Get assessment result',
    description: 'Reads what a health assessment found: drift, and whether checks pass.',
    toolsets,
    input: toolInput('get_assessment_result_details', { assessment_result_id }),
    subject: result,
    whenMissing,
    read: ({ assessment_result_id: id }, { client, signal }) => client.assessments.read(id, { signal }),
  }),
  jsonTool(
    'get_assessment_json_output',
    'Get assessment JSON',
    'The plan of an assessment in terraform’s JSON form, sensitive values left out, if it is small.',
    (client, id, signal) => client.assessments.openJsonOutput(id, { signal }),
  ),
  jsonTool(
    'get_assessment_json_schema',
    'Get assessment JSON schema',
    'The provider schemas of an assessment, if they are small.',
    (client, id, signal) => client.assessments.openJsonSchema(id, { signal }),
  ),
  defineTool({
    name: 'get_assessment_log_output',
    title: 'Get assessment log',
    description: 'The end of the log of an assessment.',
    kind: 'read',
    toolsets,
    input: toolInput('get_assessment_log_output', { assessment_result_id }),
    subject: result,
    whenMissing,
    async handle({ assessment_result_id: id }, { client, signal }) {
      const answer = await client.assessments.openLog(id, { signal });
      const excerpt = await readTail(answer, DEFAULT_TAIL_LINES, DEFAULT_LOG_LENGTH);
      return reportLog(`The end of the log of assessment ${id}.`, excerpt);
    },
  }),
];

function jsonTool(
  name: string,
  title: string,
  description: string,
  open: (client: Client, id: string, signal: AbortSignal | undefined) => Promise<OpenAnswer>,
): Tool {
  return defineTool({
    name,
    title,
    description,
    kind: 'read',
    toolsets,
    input: toolInput(name, { assessment_result_id }),
    subject: result,
    whenMissing,
    async handle({ assessment_result_id: id }, { client, signal }) {
      const text = await readBounded(await open(client, id, signal));
      const document =
        text === undefined || text === '' ? null : redactTerraformJson(JSON.parse(quoteInexactNumbers(text)));
      const length = JSON.stringify(document).length;
      const isWhole = text !== undefined && length <= MAX_JSON_LENGTH;
      const facts = { whole: isWhole, characters: text === undefined ? null : length };
      const headline = `${title.replace('Get ', '')} of ${id}${isWhole ? '' : ' is too large to be shown'}.`;
      const report = reportFacts(headline, facts, isWhole ? document : null);
      if (!isWhole) return report;
      return { result: report.result, text: `${report.text}\nJSON (data): ${JSON.stringify(document)}` };
    },
  });
}
