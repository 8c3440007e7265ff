import { Button } from '@mantine/core';
import { memo } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { Address } from '../parts/address.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { mention } from '../comments/comment-draft.ts';
import { CopyButton } from '../parts/copy.tsx';
import type { ResourceProgress } from '../log/resource-progress.ts';
import { actionIcon } from './action-look.ts';
import { DiffView } from './diff-view.tsx';
import type { Change } from './plan.ts';
import classes from './changes.module.css';

interface Props {
  change: Change;
  isOpen: boolean;
  toggle: () => void;
  progress: ResourceProgress | undefined;
  isLinked: boolean;
}

export const ChangeRow = memo(function ChangeRow({ change, isOpen, toggle, progress, isLinked }: Props) {
  const { action, address, reason, movedFrom, isImported } = change;
  return (
    <div className={classes['row']} data-row data-action={action} data-linked={isLinked || undefined}>
      <button type="button" className={classes['button']} aria-expanded={isOpen} onClick={toggle}>
        <span className={classes['chevron']} data-open={isOpen}>
          <Icon name="right" size={13} />
        </span>
        <span className={classes['action']}>
          <Icon name={actionIcon[action]} size={14} />
          {words.change.action[action]}
        </span>
        <span className={`${classes['address'] ?? ''} foreign`}>
          <Address text={address} />
        </span>
        <span className={classes['notes']}>
          {reason !== undefined && <span>{words.change.reason[reason] ?? reason.replaceAll('_', ' ')}</span>}
          {movedFrom !== undefined && (
            <span className="foreign">
              {words.change.movedFrom} {visibleText(movedFrom)}
            </span>
          )}
          {isImported && action !== 'import' && <span>{words.change.imported}</span>}
        </span>
        {progress !== undefined && <Progress progress={progress} />}
      </button>
      {progress?.problem !== undefined && (
        <p className={`${classes['problem'] ?? ''} foreign`} role="alert">
          {visibleText(progress.problem)}
        </p>
      )}
      {isOpen && (
        <div className={classes['open']}>
          <div className={classes['openTools']}>
            <CopyButton text={address} label={words.action.copy} />
            <CopyButton text={linkTo(address)} label={words.change.link} />
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => mention(linkTo(address))}>
              {words.run.comment}
            </Button>
          </div>
          <DiffView json={change.json} />
        </div>
      )}
    </div>
  );
});

function linkTo(address: string): string {
  const url = new URL(location.href);
  url.search = '';
  url.hash = '';
  url.searchParams.set('at', address);
  return url.href;
}

function Progress({ progress: { state, seconds } }: { progress: ResourceProgress }) {
  const icon = state === 'done' ? 'check' : state === 'failed' ? 'cross' : 'ring';
  return (
    <span className={classes['progress']} data-state={state}>
      <Icon name={icon} size={13} spin={state === 'applying'} />
      {words.change.live[state]} {seconds > 0 && `${String(Math.round(seconds))} s`}
    </span>
  );
}
