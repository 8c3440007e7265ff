import { Checkbox, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import type { Variable, VariableCreate, VariableFields } from '@runwright/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Form } from './form.tsx';

const V = words.form.variable;

/** The owner of the variable: a workspace or a variable set. */
export interface VariableCalls {
  create: (fields: VariableCreate) => Promise<unknown>;
  update: (id: string, fields: VariableFields) => Promise<unknown>;
}

interface Props {
  calls: VariableCalls;
  variable: Variable | undefined;
  close: () => void;
  done: () => Promise<unknown>;
}

/** A sensitive value is never shown: a typed value replaces it, and an empty field keeps it. */
export function VariableForm({ calls, variable, close, done }: Props) {
  const old = variable?.attributes;
  const [key, setKey] = useState(old?.key ?? '');
  const [value, setValue] = useState(old?.value ?? '');
  const [description, setDescription] = useState(old?.description ?? '');
  const [category, setCategory] = useState<'terraform' | 'env'>(old?.category ?? 'terraform');
  const [hcl, setHcl] = useState(old?.hcl ?? false);
  const [sensitive, setSensitive] = useState(old?.sensitive ?? false);
  const keepsValue = old?.sensitive === true && value === '';
  const save = useMutation({
    mutationFn: async () => {
      const fields = {
        key: key.trim(),
        description,
        category,
        hcl,
        sensitive,
        ...(keepsValue ? {} : { value }),
      };
      return variable === undefined ? await calls.create(fields) : await calls.update(variable.id, fields);
    },
    onSuccess: async () => {
      await done();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={V.title} closeButtonProps={{ 'aria-label': words.shell.close }}>
      <Form
        submit={() => save.mutate()}
        isPending={save.isPending}
        error={save.error}
        label={words.form.save}
        cancel={close}
      >
        {(errorOf) => (
          <>
            <SegmentedControl
              aria-label={V.category}
              size="xs"
              value={category}
              onChange={(next) => setCategory(next as 'terraform' | 'env')}
              data={[
                { value: 'terraform', label: V.terraform },
                { value: 'env', label: V.env },
              ]}
            />
            <TextInput
              data-autofocus
              label={V.key}
              required
              value={key}
              spellCheck={false}
              error={errorOf('key')}
              onChange={({ currentTarget }) => setKey(currentTarget.value)}
            />
            <Textarea
              label={V.value}
              {...(old?.sensitive === true ? { description: V.sensitiveKept } : {})}
              autosize
              minRows={2}
              spellCheck={false}
              value={value}
              error={errorOf('value')}
              onChange={({ currentTarget }) => setValue(currentTarget.value)}
            />
            <TextInput
              label={words.form.description}
              value={description}
              error={errorOf('description')}
              onChange={({ currentTarget }) => setDescription(currentTarget.value)}
            />
            {category === 'terraform' && (
              <Checkbox
                label={V.hcl}
                checked={hcl}
                onChange={({ currentTarget }) => setHcl(currentTarget.checked)}
              />
            )}
            <Checkbox
              label={V.sensitive}
              checked={sensitive}
              disabled={old?.sensitive === true}
              onChange={({ currentTarget }) => setSensitive(currentTarget.checked)}
            />
          </>
        )}
      </Form>
    </Modal>
  );
}
