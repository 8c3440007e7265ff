import { Button, Checkbox, TextInput } from '@mantine/core';
import type { ChangeWindow, Workspace } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Form } from '../forms/form.tsx';
import { Card } from '../parts/card.tsx';
import { client } from '../session/client.ts';
import { useKeyed } from './use-keyed.ts';
import classes from './guards.module.css';

const G = laterWords.guard.windows;
type OpenWindow = Extract<ChangeWindow, { kind: 'window' }>;
type ChangeFreeze = Extract<ChangeWindow, { kind: 'freeze' }>;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
const newWindow = (): OpenWindow => ({
  kind: 'window',
  name: '',
  'time-zone': ownZone(),
  days: DAYS.slice(0, 5),
  from: '09:00',
  to: '17:00',
});
const newFreeze = (): ChangeFreeze => ({
  kind: 'freeze',
  name: '',
  'time-zone': ownZone(),
  'starts-at': '',
  'ends-at': '',
});

/** The times at which applies are allowed. */
export function ChangeWindows({ workspace }: { workspace: Workspace }) {
  const queries = useQueryClient();
  const windows = useKeyed<ChangeWindow>(workspace.attributes['change-windows'] ?? []);
  const [isSaved, setSaved] = useState(true);
  const save = useMutation({
    mutationFn: () => client.workspaces.update(workspace.id, { 'change-windows': windows.values }),
    onSuccess: async () => {
      setSaved(true);
      await queries.invalidateQueries({ queryKey: ['workspace'] });
    },
  });
  const add = (value: ChangeWindow): void => {
    setSaved(false);
    windows.add(value);
  };
  return (
    <Card title={G.title}>
      <p className="muted">{G.text}</p>
      <Form
        submit={() => save.mutate()}
        isPending={save.isPending}
        error={save.error}
        label={save.isSuccess && isSaved ? G.saved : G.save}
        disabled={isSaved}
      >
        {() => (
          <>
            {windows.entries.length === 0 && <p>{G.none}</p>}
            {windows.entries.map(({ key, value }, index) => (
              <WindowFields
                key={key}
                value={value}
                number={index + 1}
                change={(changes) => {
                  setSaved(false);
                  windows.change(key, changes);
                }}
                remove={() => {
                  setSaved(false);
                  windows.remove(key);
                }}
              />
            ))}
            <div className="row">
              <Button variant="default" size="compact-sm" onClick={() => add(newWindow())}>
                {G.addWindow}
              </Button>
              <Button variant="default" size="compact-sm" onClick={() => add(newFreeze())}>
                {G.addFreeze}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Card>
  );
}

interface FieldsProps {
  value: ChangeWindow;
  number: number;
  change: (changes: Partial<OpenWindow> | Partial<ChangeFreeze>) => void;
  remove: () => void;
}

function WindowFields({ value, number, change, remove }: FieldsProps) {
  const title = G.entry(G[value.kind], number);
  return (
    <fieldset className={classes['entry']}>
      <legend>{title}</legend>
      <TextInput
        label={G.name}
        required
        withAsterisk={false}
        maxLength={90}
        value={value.name}
        onChange={({ currentTarget }) => change({ name: currentTarget.value })}
      />
      <TextInput
        label={G.zone}
        description={G.zoneHint}
        required
        withAsterisk={false}
        value={value['time-zone']}
        onChange={({ currentTarget }) => change({ 'time-zone': currentTarget.value })}
      />
      {value.kind === 'window' ? (
        <>
          <div role="group" aria-label={G.days} className={classes['days']}>
            {DAYS.map((day) => (
              <Checkbox
                key={day}
                size="xs"
                label={G.dayNames[day]}
                checked={value.days.includes(day)}
                onChange={({ currentTarget }) =>
                  change({
                    days: DAYS.filter((each) =>
                      each === day ? currentTarget.checked : value.days.includes(each),
                    ),
                  })
                }
              />
            ))}
          </div>
          <TimeInput label={G.from} type="time" value={value.from} set={(from) => change({ from })} />
          <TimeInput label={G.to} type="time" value={value.to} set={(to) => change({ to })} />
        </>
      ) : (
        <>
          <TimeInput
            label={G.startsAt}
            type="datetime-local"
            value={value['starts-at']}
            set={(time) => change({ 'starts-at': time })}
          />
          <TimeInput
            label={G.endsAt}
            type="datetime-local"
            value={value['ends-at']}
            set={(time) => change({ 'ends-at': time })}
          />
        </>
      )}
      <Button variant="subtle" color="red" size="compact-sm" onClick={remove}>
        {G.remove(title)}
      </Button>
    </fieldset>
  );
}

interface TimeProps {
  label: string;
  type: 'time' | 'datetime-local';
  value: string;
  set: (value: string) => void;
}

/** A local time, to the minute: seconds are cut off. */
const TimeInput = ({ label, type, value, set }: TimeProps) => (
  <TextInput
    type={type}
    label={label}
    required
    withAsterisk={false}
    value={value}
    onChange={({ currentTarget }) => set(currentTarget.value.slice(0, type === 'time' ? 5 : 16))}
  />
);
