import { expect, test } from 'vitest';
import { createMeasures } from './measures.ts';

test('steps are measured from their times, and providers by where they came from', async () => {
  const measures = createMeasures();
  const provider = { address: 'a/b/c', version: '1.0.0', proof: '', sizeBytes: 700, milliseconds: 2_500 };
  measures.stepEnded({
    phase: 'plan',
    outcome: 'succeeded',
    times: { 'queued-at': '2026-01-31T10:00:00+00:00', 'started-at': '2026-01-31T10:00:04+00:00' },
    endedAt: new Date('2026-01-31T10:00:20Z'),
    providers: [
      { ...provider, source: 'registry' },
      { ...provider, source: 'store' },
    ],
  });
  const text = await measures.registry.metrics();
  const value = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
  expect({
    waited: value('runwright_step_wait_seconds_sum\\{phase="plan"\\}'),
    took: value('runwright_step_duration_seconds_sum\\{phase="plan",outcome="succeeded"\\}'),
    fetched: value('runwright_provider_uses_total\\{source="registry"\\}'),
    kept: value('runwright_provider_uses_total\\{source="store"\\}'),
    bytes: value('runwright_provider_fetched_bytes_total'),
    fetching: value('runwright_provider_fetch_seconds_sum'),
  }).toEqual({ waited: '4', took: '16', fetched: '1', kept: '1', bytes: '700', fetching: '2.5' });
});

test('a step whose times are not known is not measured', async () => {
  const measures = createMeasures();
  measures.stepEnded({ phase: 'apply', outcome: 'errored', times: {}, endedAt: new Date(), providers: [] });
  expect(await measures.registry.metrics()).not.toMatch(/_count\{/);
});
