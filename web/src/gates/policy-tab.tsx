import { relatedIds, type PolicyCheck, type PolicySetOutcome } from '@runwright/client';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { OverrideDialog } from './override-dialog.tsx';
import { outcomesQuery, policyChecksQuery } from './reads.ts';
import classes from './gates.module.css';

const P = words.gate.policy;
type Outcome = PolicySetOutcome['attributes']['outcomes'][number];

/** The results of each policy, failed ones first, and the decision on them. */
export function PolicyTab({ runId }: { runId: string }) {
  const checks = useQuery(policyChecksQuery(runId));
  if (checks.isPending) return <Loading />;
  if (checks.isError) return <Failed error={checks.error} retry={() => void checks.refetch()} />;
  if (checks.data.data.length === 0) return <Empty title={P.none} />;
  return (
    <div className="stack">
      {checks.data.data.map((check) => (
        <Check key={check.id} runId={runId} check={check} />
      ))}
    </div>
  );
}

function Check({ runId, check }: { runId: string; check: PolicyCheck }) {
  const { attributes: a } = check;
  const [isOverriding, setOverriding] = useState(false);
  const isOverridable = a.actions?.['is-overridable'] === true;
  const mayOverride = a.permissions?.['can-override'] === true;
  const comment = a['override-comment'];
  return (
    <>
      <section className={classes['verdict']} data-status={a.status} aria-label={P.title}>
        <p>
          <Icon
            name={a.status === 'passed' ? 'check' : a.status === 'overridden' ? 'hand' : 'warning'}
            size={15}
          />
          <b>{P.status[a.status] ?? a.status}</b>
        </p>
        {typeof comment === 'string' && comment !== '' && (
          <p className="foreign">
            {P.reason}: {visibleText(comment)}
          </p>
        )}
        {isOverridable && (
          <div className="row">
            <Button
              size="xs"
              variant="default"
              disabled={!mayOverride}
              onClick={() => setOverriding(true)}
              leftSection={<Icon name="hand" size={14} />}
            >
              {words.gate.override}
            </Button>
            {!mayOverride && <span className="muted">{P.mayNot}</span>}
          </div>
        )}
      </section>
      {relatedIds(check, 'policy-evaluations').map((id) => (
        <Evaluation key={id} runId={runId} id={id} checkStatus={a.status} />
      ))}
      {isOverriding && (
        <OverrideDialog
          runId={runId}
          title={P.overrideTitle}
          text={P.overrideText}
          override={async (comment) => await client.policyChecks.override(check.id, { comment })}
          close={() => setOverriding(false)}
        />
      )}
    </>
  );
}

/** The results of the policies in one language, set by set. @param checkStatus a change of it reloads the results */
export function Evaluation({ runId, id, checkStatus }: { runId: string; id: string; checkStatus: string }) {
  const sets = useQuery(outcomesQuery(runId, id, checkStatus));
  if (sets.isPending) return <Loading />;
  if (sets.isError) return <Failed error={sets.error} retry={() => void sets.refetch()} />;
  return sets.data.data.map(({ id: setId, attributes: a }) => (
    <Card key={setId} title={visibleText(a['policy-set-name'])} flush>
      {a.error !== undefined && a.error !== '' && (
        <p className={`${classes['complaint'] ?? ''} foreign`}>{visibleText(a.error)}</p>
      )}
      <ul className={classes['outcomes']}>
        {a.outcomes.toSorted(byWeight).map((outcome) => (
          <OutcomeRow key={outcome.policy_name} outcome={outcome} />
        ))}
      </ul>
    </Card>
  ));
}

const WEIGHT = ['failed', 'errored', 'passed'];
const byWeight = (one: Outcome, other: Outcome): number =>
  WEIGHT.indexOf(one.status) - WEIGHT.indexOf(other.status) ||
  other.enforcement_level.localeCompare(one.enforcement_level);

function OutcomeRow({ outcome }: { outcome: Outcome }) {
  const { policy_name: name, description = '', enforcement_level: level, status, output } = outcome;
  const hasFailed = status !== 'passed';
  return (
    <li data-status={status}>
      <Icon name={hasFailed ? 'cross' : 'check'} size={14} label={P.outcome[status] ?? status} />
      <div>
        <p>
          <b className="foreign">{visibleText(name)}</b>{' '}
          <span className="muted">
            {P.outcome[status] ?? status} · {P.level[level] ?? level}
          </span>
        </p>
        {description !== '' && <p className="muted foreign">{visibleText(description)}</p>}
        {hasFailed &&
          (output ?? []).map(({ print }, index) => (
            <p key={index} className={`${classes['complaint'] ?? ''} foreign`}>
              {visibleText(print)}
            </p>
          ))}
      </div>
    </li>
  );
}
