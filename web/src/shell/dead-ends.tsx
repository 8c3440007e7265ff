import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { errorText } from '../parts/page-state.tsx';
import { useTitle } from './use-title.ts';
import classes from './dead-ends.module.css';

export function NotFound() {
  useTitle(words.shell.notFound.title);
  return (
    <main className={classes['end']} id="content">
      <Icon name="search" size={28} />
      <h1>{words.shell.notFound.title}</h1>
      <p className="muted">{words.shell.notFound.text}</p>
      <Link to="/">{words.shell.notFound.home}</Link>
    </main>
  );
}

export function Crashed({ error }: { error: unknown }) {
  useTitle(words.shell.crash.title);
  return (
    <main className={classes['end']} id="content" role="alert">
      <Icon name="warning" size={28} />
      <h1>{words.shell.crash.title}</h1>
      <p className="muted">{words.shell.crash.text}</p>
      <pre className="foreign">{errorText(error)}</pre>
      <Button onClick={() => location.reload()}>{words.shell.crash.reload}</Button>
    </main>
  );
}
