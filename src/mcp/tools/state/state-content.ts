import type { OpenAnswer } from '@runwright/client';
import { readBounded } from '../../reading/bounded-body.ts';
import { reportFacts } from '../../answer/report.ts';
import type { ToolContext } from '../../tool/tool-context.ts';
import type { ToolOutcome } from '../../answer/tool-outcome.ts';

/** The limit of the content as a JSON string, which has a backslash before each quote. */
const MAX_CONTENT_LENGTH = 34_000;
/** Larger states are not read: their list of resources would fill an answer anyway. */
const MAX_STATE_BYTES = 32 * 1024 * 1024;
const MAX_ADDRESSES = 200;

interface StateFile {
  readonly serial?: number;
  readonly lineage?: string;
  readonly terraform_version?: string;
  readonly outputs?: Readonly<Record<string, { readonly sensitive?: boolean }>>;
  readonly resources?: readonly {
    readonly module?: string;
    readonly mode?: string;
    readonly type?: string;
    readonly name?: string;
    readonly instances?: readonly unknown[];
  }[];
}

/**
 * The report of a state. Any value in it may be a secret, and only some are marked, so values are shown only with
 * `TFC_ALLOW_STATE_SECRETS`; otherwise only the resources are listed.
 */
export async function reportState(
  headline: string,
  answer: OpenAnswer,
  { gates }: ToolContext,
): Promise<ToolOutcome> {
  const text = await readBounded(answer, MAX_STATE_BYTES);
  if (text === undefined) {
    return reportFacts(headline, { whole: false }, null, {
      warnings: ['The state is too large to be shown: read its outputs, or the resources of the workspace.'],
    });
  }
  if (gates.allowStateSecrets && JSON.stringify(text).length <= MAX_CONTENT_LENGTH) {
    const report = reportFacts(headline, { whole: true, characters: text.length }, { content: text });
    return { result: report.result, text: `${report.text}\n${text}` };
  }
  const state = readState(text);
  const addresses = (state.resources ?? []).map(addressOf);
  const facts = {
    whole: false,
    serial: state.serial ?? null,
    lineage: state.lineage ?? null,
    terraform_version: state.terraform_version ?? null,
    resource_count: addresses.length,
    resources: addresses.slice(0, MAX_ADDRESSES),
    outputs: Object.keys(state.outputs ?? {}).slice(0, MAX_ADDRESSES),
  };
  return reportFacts(headline, facts, null, {
    warnings: [
      gates.allowStateSecrets
        ? 'The state is too large to be shown whole.'
        : 'Values are not shown, because any of them may be a secret.',
    ],
  });
}

function readState(text: string): StateFile {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as StateFile) : {};
  } catch {
    return {};
  }
}

function addressOf({
  module,
  mode,
  type = '?',
  name = '?',
  instances = [],
}: NonNullable<StateFile['resources']>[number]): string {
  const address = `${module === undefined ? '' : `${module}.`}${mode === 'data' ? 'data.' : ''}${type}.${name}`;
  return instances.length > 1 ? `${address} (${String(instances.length)} instances)` : address;
}
