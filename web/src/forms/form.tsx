import { Button } from '@mantine/core';
import { ApiError } from '@runwright/client';
import type { FormEvent, ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Refused } from '../parts/refused.tsx';

interface Props {
  submit: () => void;
  isPending: boolean;
  error: unknown;
  label: string;
  cancel?: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** Gets a function that returns the server's error for an attribute. */
  children: (errorOf: (attribute: string) => string | undefined) => ReactNode;
}

/** A form that shows the server's errors at their fields; errors about no field are below. */
export function Form({
  submit,
  isPending,
  error,
  label,
  cancel,
  danger = false,
  disabled = false,
  children,
}: Props) {
  const asked = new Set<string>();
  const errorOf = (attribute: string): string | undefined => {
    asked.add(attribute);
    return fieldError(error, attribute);
  };
  const fields = children(errorOf);
  const isShown =
    error instanceof ApiError && [...asked].some((attribute) => fieldError(error, attribute) !== undefined);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPending && !disabled) submit();
  };
  return (
    <form className="stack" onSubmit={onSubmit}>
      {fields}
      {!isShown && <Refused error={error} />}
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        {cancel !== undefined && (
          <Button size="sm" variant="default" onClick={cancel}>
            {words.form.cancel}
          </Button>
        )}
        <Button
          size="sm"
          type="submit"
          loading={isPending}
          disabled={disabled}
          color={danger ? 'red' : 'blue'}
        >
          {label}
        </Button>
      </div>
    </form>
  );
}

function fieldError(error: unknown, attribute: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const entry = error.errors.find(({ pointer }) => pointer?.split('/').includes(attribute) === true);
  return entry === undefined ? undefined : (entry.detail ?? entry.title);
}
