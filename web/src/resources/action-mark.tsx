import type { ResourceChange } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { actionIcon } from '../changes/action-look.ts';
import { Icon } from '../parts/icon.tsx';
import classes from './resources.module.css';

/** The change of a resource, by sign, word and colour. */
export const ActionMark = ({ action }: { action: ResourceChange['attributes']['action'] }) => (
  <span className={classes['action']} data-action={action}>
    <Icon name={actionIcon[action]} size={13} />
    {laterWords.resource.action[action]}
  </span>
);
