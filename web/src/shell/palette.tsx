import { Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import { overlayWords } from '../words/overlay-words.ts';
import { words } from '../words/words.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import classes from './palette.module.css';

interface Goal {
  id: string;
  text: string;
  icon: IconName;
  go: () => void;
}

const TEXT = overlayWords.palette;

/** Goes to a page, a workspace or a run by some of its letters. */
export function Palette({ close }: { close: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const goals = useGoals(text.trim());
  const at = Math.min(chosen, goals.length - 1);

  const follow = (goal: Goal | undefined): void => {
    if (goal === undefined) return;
    close();
    goal.go();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, goals.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter') follow(goals[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      padding={0}
      yOffset="12vh"
      centered={false}
      aria-label={TEXT.title}
    >
      <TextInput
        data-autofocus
        variant="unstyled"
        size="md"
        className={classes['input'] ?? ''}
        leftSection={<Icon name="search" />}
        placeholder={TEXT.placeholder}
        aria-label={TEXT.placeholder}
        role="combobox"
        aria-expanded
        aria-controls="palette-goals"
        aria-activedescendant={goals[at] === undefined ? undefined : `goal-${String(at)}`}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <ul id="palette-goals" role="listbox" aria-label={TEXT.title} className={classes['goals']}>
        {goals.map((goal, index) => (
          <li
            key={goal.id}
            id={`goal-${String(index)}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setChosen(index)}
            onClick={() => follow(goal)}
          >
            <Icon name={goal.icon} size={15} />
            <span className="foreign">{goal.text}</span>
          </li>
        ))}
      </ul>
      {goals.length === 0 && <p className={classes['hint']}>{TEXT.empty}</p>}
      <p className={classes['hint']}>{TEXT.hint}</p>
    </Modal>
  );
}

function useGoals(text: string): readonly Goal[] {
  const { org } = usePlace();
  const navigate = useNavigate();
  const [search] = useDebouncedValue(text, 120);
  const workspaces = useQuery({
    queryKey: ['palette', org, search],
    queryFn: ({ signal }) => client.workspaces.list(org, { search, pageSize: 8, signal }),
    enabled: org !== '',
    placeholderData: (before) => before,
  });
  const pages: Goal[] = [
    ...(org === ''
      ? []
      : [
          goal(words.shell.inbox, 'inbox', () => void navigate({ to: '/$org', params: { org } })),
          goal(
            words.shell.workspaces,
            'layers',
            () => void navigate({ to: '/$org/workspaces', params: { org } }),
          ),
          goal(words.shell.runs, 'play', () => void navigate({ to: '/$org/runs', params: { org } })),
          goal(words.shell.registry, 'tag', () => void navigate({ to: '/$org/registry', params: { org } })),
          goal(
            words.shell.settings,
            'gear',
            () => void navigate({ to: '/$org/settings/$section', params: { org, section: 'general' } }),
          ),
        ]),
    goal(words.shell.allOrganizations, 'users', () => void navigate({ to: '/' })),
    goal(words.shell.yourAccount, 'user', () => void navigate({ to: '/settings/account' })),
    goal(words.shell.yourTokens, 'key', () => void navigate({ to: '/settings/tokens' })),
  ];
  const found = (workspaces.data?.data ?? []).map(({ attributes: { name } }) =>
    goal(
      name,
      'layers',
      () => void navigate({ to: '/$org/workspaces/$workspace', params: { org, workspace: name } }),
      `workspace-${name}`,
    ),
  );
  if (/^run-[A-Za-z0-9]+$/.test(text) && org !== '') {
    const open = async (): Promise<void> => {
      const { included = [] } = await client.runs.read(text, { include: ['workspace'] });
      const name = included.find(({ type }) => type === 'workspaces')?.attributes['name'];
      const params = { org, workspace: typeof name === 'string' ? name : '-', run: text };
      await navigate({ to: '/$org/workspaces/$workspace/runs/$run', params });
    };
    return [goal(text, 'play', () => void open(), text)];
  }
  const wanted = text.toLowerCase();
  return [...found, ...pages.filter((page) => page.text.toLowerCase().includes(wanted))];
}

const goal = (text: string, icon: IconName, go: () => void, id = text): Goal => ({ id, text, icon, go });
