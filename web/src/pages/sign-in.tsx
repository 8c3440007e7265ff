import { Alert, Button, PasswordInput } from '@mantine/core';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import icon from '../icon.svg';
import { words } from '../words/words.ts';
import { errorText } from '../parts/page-state.tsx';
import { signIn } from '../session/account.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './sign-in.module.css';

const S = words.page.signIn;

export function SignInPage() {
  useTitle(S.title);
  const { to, expired } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const router = useRouter();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isPending, setPending] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setPending(true);
    try {
      if (!(await signIn(token.trim()))) setProblem(S.wrong);
      // Only to a page of this application: the address comes from whoever made the link.
      else if (to?.startsWith('/') === true && !to.startsWith('//'))
        router.history.push(`/app${to.replace(/^\/app(?=\/)/, '')}`);
      else await navigate({ to: '/' });
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <main className={classes['page']} id="content">
      <form className={classes['form']} onSubmit={(event) => void submit(event)}>
        <img src={icon} width={40} height={40} alt="" />
        <h1>
          {S.title} – {words.shell.product}
        </h1>
        <p className="muted">{S.intro}</p>
        {expired !== undefined && problem === undefined && (
          <Alert variant="light" color="gray" role="status">
            {S.expired}
          </Alert>
        )}
        {problem !== undefined && (
          <Alert variant="light" color="red" role="alert">
            {problem}
          </Alert>
        )}
        <PasswordInput
          label={S.token}
          description={S.tokenHint}
          value={token}
          autoComplete="off"
          autoFocus
          required
          withAsterisk={false}
          onChange={({ currentTarget }) => setToken(currentTarget.value)}
        />
        <Button type="submit" size="sm" loading={isPending}>
          {S.submit}
        </Button>
      </form>
    </main>
  );
}
