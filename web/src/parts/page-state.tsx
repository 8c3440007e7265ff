import { ApiError } from '@runwright/client';
import { Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Icon, type IconName } from './icon.tsx';
import classes from './page-state.module.css';

export const Loading = () => (
  <div className={classes['state']} role="status">
    <Loader size={22} />
    <span className="muted">{words.page.loading}</span>
  </div>
);

interface EmptyProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
}

export const Empty = ({ icon = 'layers', title, children }: EmptyProps) => (
  <div className={classes['state']}>
    <span className={classes['icon']}>
      <Icon name={icon} size={22} />
    </span>
    <h2>{title}</h2>
    {children !== undefined && <div className={classes['text']}>{children}</div>}
  </div>
);

/** The meaning of a failed request for a person, and what to do about it. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { title, text } = explain(error);
  return (
    <div className={classes['state']} role="alert">
      <span className={classes['icon']} data-tone="bad">
        <Icon name="warning" size={22} />
      </span>
      <h2>{title}</h2>
      <div className={`${classes['text'] ?? ''} foreign`}>{text}</div>
      {retry !== undefined && (
        <Button variant="default" onClick={retry}>
          {words.page.tryAgain}
        </Button>
      )}
    </div>
  );
}

function explain(error: unknown): { title: string; text: string } {
  if (error instanceof ApiError) {
    if (error.code === 'not_found') return { title: words.page.notThere, text: words.page.notThereText };
    if (error.code === 'forbidden') return { title: words.page.forbidden, text: words.page.forbiddenText };
  }
  return { title: words.page.failed, text: errorText(error) };
}

/** The server's own sentence, or else the known facts. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    const sentences = error.errors
      .map(({ title, detail }) => detail ?? title)
      .filter((text) => text !== undefined);
    if (sentences.length > 0) return sentences.join(' ');
    return error.detail ?? error.title;
  }
  return error instanceof Error ? error.message : String(error);
}
