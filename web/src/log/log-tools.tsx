import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { useKeys } from '../keys/use-keys.ts';
import type { LogSearch } from './use-log-search.ts';
import classes from './log.module.css';

export interface LogView {
  text: string;
  isRegex: boolean;
  wraps: boolean;
  times: boolean;
  problems: boolean;
}

interface Props {
  view: LogView;
  change: (changes: Partial<LogView>) => void;
  search: LogSearch;
  isFollowing: boolean;
  follow: () => void;
  lineCount: number;
  isGrowing: boolean;
  url: string | undefined;
}

/** A long log is not searched after every typed letter. */
const SETTLE_MS = 150;

export function LogTools({ view, change, search, isFollowing, follow, lineCount, isGrowing, url }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(view.text);
  useKeys({ '/': () => input.current?.focus() });
  useEffect(() => {
    const timer = setTimeout(() => change({ text }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') search.go(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') input.current?.blur();
  };
  const toggle = (name: 'isRegex' | 'wraps' | 'times' | 'problems', label: string) => (
    <Checkbox
      size="xs"
      label={label}
      checked={view[name]}
      onChange={(event) => change({ [name]: event.currentTarget.checked })}
    />
  );
  return (
    <div className={classes['tools']}>
      <TextInput
        ref={input}
        size="xs"
        className={classes['search'] ?? ''}
        leftSection={<Icon name="search" size={13} />}
        placeholder={words.log.search}
        aria-label={words.log.search}
        value={text}
        error={search.isBad ? words.log.badRegex : undefined}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKey}
      />
      {view.text !== '' && (
        <span className="row" role="status">
          <span className="muted nowrap">{words.log.hits(search.at + 1, search.hits.length)}</span>
          <ActionIcon
            size={24}
            variant="subtle"
            color="gray"
            aria-label={words.log.previous}
            onClick={() => search.go(-1)}
          >
            <span className={classes['up']}>
              <Icon name="down" size={14} />
            </span>
          </ActionIcon>
          <ActionIcon
            size={24}
            variant="subtle"
            color="gray"
            aria-label={words.log.next}
            onClick={() => search.go(1)}
          >
            <Icon name="down" size={14} />
          </ActionIcon>
        </span>
      )}
      {toggle('isRegex', words.log.regex)}
      {toggle('problems', words.log.problems)}
      {toggle('times', words.log.times)}
      {toggle('wraps', words.log.wrap)}
      <span className={classes['right']}>
        <span className="muted nowrap">{words.log.lines(lineCount)}</span>
        {url !== undefined && (
          <Button
            component="a"
            href={new URL(url, location.origin).pathname}
            download
            variant="subtle"
            color="gray"
            size="compact-xs"
          >
            {words.log.download}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant={isFollowing ? 'light' : 'default'}
          aria-pressed={isFollowing}
          onClick={follow}
          leftSection={<Icon name="down" size={12} />}
        >
          {isGrowing ? words.log.follow : words.log.jump}
        </Button>
      </span>
    </div>
  );
}
