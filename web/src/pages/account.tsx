import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from '../forms/form.tsx';
import { laterWords } from '../words/later-words.ts';
import { signInWords } from '../words/sign-in-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Facts } from '../parts/facts.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import {
  changePassword,
  endSession,
  ownSessionsQuery,
  useAccount,
  type OwnSession,
} from '../session/account.ts';
import { useTitle } from '../shell/use-title.ts';
import table from '../parts/table.module.css';

const A = laterWords.page.account;

/** The signed-in user, their sessions, and their password. */
export function AccountPage() {
  useTitle(A.title);
  const account = useAccount().data?.attributes;
  return (
    <>
      <PageHead title={A.title} />
      <div className="stack">
        <Card>
          <Facts
            facts={[
              [A.username, account?.username],
              [A.email, typeof account?.email === 'string' && account.email],
            ]}
          />
        </Card>
        <Sessions />
        <Password />
      </div>
    </>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const sessions = useQuery(ownSessionsQuery);
  const end = async (id: string | undefined): Promise<void> => {
    await endSession(id);
    await queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
  };
  if (sessions.isPending) return <Loading />;
  if (sessions.isError) return <Failed error={sessions.error} retry={() => void sessions.refetch()} />;
  const hasOthers = sessions.data.some(({ attributes }) => !attributes.current);
  return (
    <Card
      title={A.sessions}
      aside={
        hasOthers && (
          <ConfirmDelete
            button={A.endOthers}
            title={A.endOthers}
            text={A.endText}
            act={() => end(undefined)}
          />
        )
      }
      flush
    >
      <div className={table['scroll']}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th scope="col">{A.browser}</th>
              <th scope="col">{A.address}</th>
              <th scope="col">{A.method}</th>
              <th scope="col">{A.lastUsed}</th>
              <th scope="col">{A.ends}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {sessions.data.map((session) => (
              <SessionRow key={session.id} session={session} end={end} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function SessionRow({
  session: { id, attributes: a },
  end,
}: {
  session: OwnSession;
  end: (id: string) => Promise<void>;
}) {
  return (
    <tr>
      <th scope="row" className="foreign">
        {visibleText(a['user-agent'] === '' ? '–' : a['user-agent'])}{' '}
        {a.current && <Badge>{A.current}</Badge>}
      </th>
      <td className="mono">{a.address}</td>
      <td>{A.methods[a.method] ?? a.method}</td>
      <td>
        <Age at={a['last-used-at']} />
      </td>
      <td>{new Date(a['expires-at']).toLocaleDateString()}</td>
      <td className={table['end']}>
        {!a.current && (
          <ConfirmDelete
            button={A.end}
            title={`${A.end}: ${a.address}`}
            text={A.endText}
            act={() => end(id)}
          />
        )}
      </td>
    </tr>
  );
}

function Password() {
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      setOpen(false);
      setCurrent('');
      setWanted('');
      setAgain('');
      await queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
  });
  const field = (label: string, value: string, set: (value: string) => void, isNew = true) => (
    <PasswordInput
      label={label}
      value={value}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      required={isNew}
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': signInWords.show }}
      onChange={({ currentTarget }) => set(currentTarget.value)}
    />
  );
  return (
    <Card title={signInWords.password}>
      {!isOpen && (
        <Button size="sm" variant="default" onClick={() => setOpen(true)}>
          {A.changePassword}
        </Button>
      )}
      {isOpen && (
        <Form
          submit={() => change.mutate({ current, wanted })}
          isPending={change.isPending}
          error={change.error}
          label={words.form.save}
          cancel={() => setOpen(false)}
          disabled={wanted === '' || wanted !== again}
        >
          {() => (
            <>
              <p className="muted">
                {laterWords.page.choosePassword.text} {A.passwordEnds}
              </p>
              {field(A.currentPassword, current, setCurrent, false)}
              {field(A.newPassword, wanted, setWanted)}
              {field(laterWords.page.choosePassword.again, again, setAgain)}
              {again !== '' && again !== wanted && (
                <p role="status">{laterWords.page.choosePassword.differ}</p>
              )}
            </>
          )}
        </Form>
      )}
    </Card>
  );
}
