import type { ConfigurationFile } from '@runwright/client';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { Problem } from './problems.ts';
import classes from './files.module.css';

/** The longest list that is shown at once. */
const MOST = 200;

interface Props {
  files: readonly ConfigurationFile[];
  /** The number of files in the archive; `files` may have fewer. */
  total: number;
  problems: readonly Problem[];
  /** The path of the shown file. */
  path: string | undefined;
  open: (path: string) => void;
}

export function FileList({ files, total, problems, path, open }: Props) {
  const [text, setText] = useState('');
  const found = files.filter(({ id }) => id.toLowerCase().includes(text.toLowerCase()));
  return (
    <nav className={classes['list']} aria-label={laterWords.file.list}>
      <TextInput
        size="xs"
        leftSection={<Icon name="search" size={13} />}
        placeholder={laterWords.file.search}
        aria-label={laterWords.file.search}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <ul>
        {found.slice(0, MOST).map(({ id }) => {
          const count = problems.filter((problem) => problem.path === id).length;
          return (
            <li key={id}>
              <button type="button" aria-current={id === path} onClick={() => open(id)}>
                <span className="mono foreign">{visibleText(id)}</span>
                {count > 0 && (
                  <span className={classes['count']}>
                    <Icon name="warning" size={12} /> {laterWords.file.problemCount(count)}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      <p className="muted" role="status">
        {found.length === 0 && laterWords.file.none}
        {found.length > MOST && laterWords.file.more(found.length - MOST)}
        {total > files.length && laterWords.file.unlisted(total)}
      </p>
    </nav>
  );
}
