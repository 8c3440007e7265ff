import { relatedId } from '@runwright/client';
import { lazy, Suspense } from 'react';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Age } from '../parts/time.tsx';
import type { RunView } from './run-view.ts';

const F = words.run.facts;
const Neighbours = lazy(async () => ({ default: (await import('./neighbours.tsx')).Neighbours }));

export function RunFacts({ view }: { view: RunView }) {
  const { run, plan, apply } = view;
  const a = run.attributes;
  const details = (apply?.attributes['execution-details'] ?? plan?.attributes['execution-details']) as
    Record<string, unknown> | null | undefined;
  const runner = details?.['agent-name'];
  const stateVersion = relatedId(run, 'input-state-version');
  const flags = [
    a['auto-apply'] === true && F.autoApply,
    a.refresh === false && F.noRefresh,
    a['debugging-mode'] === true && F.debugging,
    a['allow-empty-apply'] === true && F.emptyApply,
    a['allow-config-generation'] === true && F.configGeneration,
  ].filter((flag) => flag !== false);
  return (
    <Card title={F.title}>
      <Facts
        facts={[
          [F.by, view.createdBy ?? words.run.bySystem],
          [F.confirmedBy, view.confirmedBy],
          [F.source, words.run.source[a.source ?? ''] ?? a.source],
          [F.created, <Age key="age" at={a['created-at']} />],
          [F.version, a['terraform-version']],
          [F.runner, typeof runner === 'string' ? runner : undefined],
          [F.configuration, <code key="cv">{relatedId(run, 'configuration-version')}</code>],
          [F.state, stateVersion === undefined ? undefined : <code key="sv">{stateVersion}</code>],
          [F.plan, plan === undefined ? undefined : <code key="plan">{plan.id}</code>],
          [F.flags, flags.length === 0 ? undefined : flags.join(', ')],
          [F.targets, a['target-addrs']?.join(', ')],
          [F.replaces, a['replace-addrs']?.join(', ')],
          [F.trigger, a['triggering-source-name']],
        ]}
      />
      <Suspense>
        <Neighbours view={view} />
      </Suspense>
    </Card>
  );
}
