import { useEffect, useRef, useState } from 'react';
import { shownStatus, statusLook } from '../status/status.ts';
import type { RunView } from './run-view.ts';

/** Announces changes of the run to screen readers; a failure at once. */
export function Announcer({ view: { run } }: { view: RunView }) {
  const status = shownStatus(run);
  const first = useRef(status);
  const [text, setText] = useState('');
  useEffect(() => {
    if (status !== first.current) setText(statusLook(status).text);
    first.current = status;
  }, [status]);
  return (
    <div className="sr-only" aria-live={status === 'errored' ? 'assertive' : 'polite'}>
      {text}
    </div>
  );
}
