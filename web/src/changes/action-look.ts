import type { IconName } from '../parts/icon.tsx';
import type { Action } from './plan.ts';

export const actionIcon: Readonly<Record<Action, IconName>> = {
  delete: 'minus',
  replace: 'swap',
  forget: 'slash',
  update: 'tilde',
  create: 'plus',
  import: 'download',
  move: 'arrow',
  read: 'eye',
  'no-op': 'dot',
};
