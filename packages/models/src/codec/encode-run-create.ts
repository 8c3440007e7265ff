import { snakeToKebab } from '../key-case.ts';
import type { RunCreateRequestInput } from '../requests.ts';
import { RUN_PARAM_DEFAULTS, RUN_PARAM_FIELDS } from '../run-param-defaults.ts';
import type { RunParams, RunParamsField } from '../run-params.ts';

/** The body of `POST /runs` (run-models, RunParams: JSON representation). */
export interface RunCreateDocument {
  data: {
    type: 'runs';
    attributes: Record<string, unknown>;
    relationships: {
      workspace: { data: { id: string; type: 'workspaces' } };
      'configuration-version'?: { data: { id: string; type: 'configuration-versions' } };
    };
  };
}

const DEFAULTS: RunParams = RUN_PARAM_DEFAULTS;
/** The kind of the run is always sent; other defaults are not, since older servers refuse some (mcp §1.6). */
const ALWAYS_SENT: readonly RunParamsField[] = ['plan_only', 'is_destroy', 'refresh'];

/** The JSON:API body that creates a run. `decodeRunCreate` reads the same request from it. */
export function encodeRunCreate(request: RunCreateRequestInput): RunCreateDocument {
  const params = { ...DEFAULTS, ...defined(request.params ?? {}) };
  const attributes: Record<string, unknown> = {};
  for (const field of RUN_PARAM_FIELDS) {
    const isSent = params[field] !== DEFAULTS[field] || ALWAYS_SENT.includes(field);
    if (isSent) attributes[snakeToKebab(field)] = params[field];
  }
  const configuration = request.configuration_version_id;
  return {
    data: {
      type: 'runs',
      attributes,
      relationships: {
        workspace: { data: { id: request.workspace_id, type: 'workspaces' } },
        ...(configuration !== undefined && {
          'configuration-version': { data: { id: configuration, type: 'configuration-versions' as const } },
        }),
      },
    },
  };
}

/** Leaves out keys whose value is `undefined`, so that they do not hide a default. */
function defined<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}
