import { Alert } from '@mantine/core';
import { ApiError } from '@runwright/client';
import { words } from '../words/words.ts';
import { errorText } from './page-state.tsx';

/** The reason why the server refused. */
export function Refused({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const isConflict = error instanceof ApiError && error.code === 'conflict';
  return (
    <Alert color="red" variant="light" role="alert">
      {isConflict && <p>{words.action.dialog.conflict}</p>}
      <p className="foreign">{errorText(error)}</p>
      {error instanceof ApiError && error.code === 'unauthorized' && (
        // What is typed here would be lost if this page were left.
        <a href="/app/sign-in" target="_blank" rel="noreferrer">
          {words.shell.signInElsewhere}
        </a>
      )}
    </Alert>
  );
}
