/**
 * A runner that follows a test's script and runs no terraform. It drives runs through the agent API to every point of
 * their life, and does on purpose what a real runner does only by accident (an old lease, a gap in the log, silence).
 */
import { AGENT_PATH, LEASE_HEADER, type FinishRequest, type Step } from '../../src/protocol/agent.ts';
import { AGENT_TOKEN, type ApiAnswer, type CallableServer } from './server.ts';

export interface HeldStep extends Step {
  call(method: string, path: string, body?: Uint8Array<ArrayBuffer> | object): Promise<ApiAnswer>;
  log(text: string, offset?: number): Promise<ApiAnswer>;
  /** @param sequence by default one more than the previous one */
  sendState(serial: number, resources?: string[], lineage?: string, sequence?: number): Promise<ApiAnswer>;
  finish(outcome: FinishRequest): Promise<ApiAnswer>;
  /** Finishes a plan with one resource to add, after sending its file and JSON. @param redacted the plan for checks */
  finishPlan(change?: Partial<FinishRequest>, redacted?: object): Promise<ApiAnswer>;
}

/** @returns the next step, or undefined when there is none */
export async function claim(
  server: CallableServer,
  name = 'scripted',
  platform?: string,
): Promise<HeldStep | undefined> {
  const response = await fetch(`${server.url}${AGENT_PATH}/claim`, {
    method: 'POST',
    headers: { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ protocol: 1, name, platform, waitMs: 0 }),
  });
  if (response.status === 204) return undefined;
  if (response.status !== 200) throw new Error(`the claim was answered ${response.status}`);
  return hold(server, (await response.json()) as Step);
}

/** @throws when there is no step to claim */
export async function mustClaim(server: CallableServer): Promise<HeldStep> {
  const step = await claim(server);
  if (step === undefined) throw new Error('there is no step to claim');
  return step;
}

/** The run's next step, or undefined. Steps of other runs that come first are claimed and dropped. */
export async function claimStepOf(server: CallableServer, runId: string): Promise<HeldStep | undefined> {
  for (;;) {
    const step = await claim(server);
    if (step === undefined || step.run.id === runId) return step;
  }
}

export function hold(server: CallableServer, step: Step): HeldStep {
  let sent = 0;
  const call: HeldStep['call'] = async (method, path, body) => {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${server.url}${AGENT_PATH}/steps/${step.id}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${AGENT_TOKEN}`,
        [LEASE_HEADER]: step.lease,
        ...(body === undefined
          ? {}
          : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : {},
      text,
    };
  };
  const finish: HeldStep['finish'] = async (outcome) => await call('POST', 'finish', outcome);
  return {
    ...step,
    call,
    finish,
    log: async (text, offset = 0) => await call('PUT', `log?offset=${offset}`, encode(text)),
    sendState: async (serial, resources = ['a'], lineage = 'a-lineage', sequence = (sent += 1)) =>
      await call(
        'PUT',
        `state?sequence=${sequence}`,
        encode(JSON.stringify(stateFile(serial, resources, lineage))),
      ),
    async finishPlan(change = {}, redacted = { plan_format_version: '1.2' }) {
      await call('PUT', 'artifacts/plan-file', encode('a plan file'));
      await call('PUT', 'artifacts/plan-json', encode('{"format_version":"1.2"}'));
      await call('PUT', 'artifacts/provider-schemas', encode('{"format_version":"1.0"}'));
      await call('PUT', 'artifacts/redacted-plan', encode(JSON.stringify(redacted)));
      const counts = { additions: 1, changes: 0, destructions: 0, imports: 0 };
      return await finish({
        outcome: 'succeeded',
        engineVersion: '1.11.4',
        counts,
        hasChanges: true,
        ...change,
      });
    },
  };
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function stateFile(serial: number, resources: string[], lineage: string) {
  return {
    version: 4,
    terraform_version: '1.11.4',
    serial,
    lineage,
    outputs: { names: { value: resources, type: ['tuple', resources.map(() => 'string')] } },
    resources: resources.map((name) => ({ mode: 'managed', type: 'terraform_data', name, instances: [{}] })),
  };
}
