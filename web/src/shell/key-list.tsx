import { Kbd, Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { overlayWords } from '../words/overlay-words.ts';
import { words } from '../words/words.ts';
import { areKeysOn, switchKeys } from '../keys/key-switch.ts';
import classes from './key-list.module.css';

const KEYS = overlayWords.keys;
const GROUPS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    KEYS.everywhere,
    [
      ['Ctrl K', KEYS.palette],
      ['?', KEYS.help],
      ['g i', KEYS.goInbox],
      ['g w', KEYS.goWorkspaces],
      ['g r', KEYS.goRuns],
      ['Esc', KEYS.closeDialog],
    ],
  ],
  [
    KEYS.inLists,
    [
      ['j', KEYS.next],
      ['k', KEYS.previous],
      ['o', KEYS.open],
      ['x', KEYS.select],
      ['/', KEYS.filter],
    ],
  ],
  [
    KEYS.onRun,
    [
      ['c', KEYS.changes],
      ['l', KEYS.log],
      ['e', KEYS.events],
      ['f', KEYS.follow],
      ['a', KEYS.confirm],
      ['d', KEYS.discard],
    ],
  ],
];

export function KeyList({ close }: { close: () => void }) {
  const [isOn, setOn] = useState(areKeysOn());
  return (
    <Modal opened onClose={close} title={KEYS.title} closeButtonProps={{ 'aria-label': words.shell.close }}>
      <Switch
        checked={isOn}
        label={KEYS.off}
        description={KEYS.offHint}
        onChange={({ currentTarget }) => {
          switchKeys(currentTarget.checked);
          setOn(currentTarget.checked);
        }}
      />
      {GROUPS.map(([title, keys]) => (
        <section key={title} className={classes['group']}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([key, does]) => (
              <div key={key}>
                <dt>
                  {key.split(' ').map((each) => (
                    <Kbd key={each}>{each}</Kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
