import { Alert, Button, PasswordInput } from '@mantine/core';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { laterWords } from '../words/later-words.ts';
import { signInWords } from '../words/sign-in-words.ts';
import { words } from '../words/words.ts';
import { errorText } from '../parts/page-state.tsx';
import { choosePassword } from '../session/account.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './sign-in.module.css';

const C = laterWords.page.choosePassword;

/** The page at the address that an administrator gives to a person: its code is after the #, which no server sees. */
export function ChoosePasswordPage() {
  useTitle(C.title);
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (password !== again) {
      setProblem(C.differ);
      return;
    }
    try {
      const complaint = await choosePassword(hash.replace(/^#/, ''), password);
      if (complaint === undefined) await navigate({ to: '/sign-in', replace: true });
      else setProblem(complaint);
    } catch (error) {
      setProblem(errorText(error));
    }
  };
  return (
    <main className={classes['page']} id="content">
      <form className={classes['form']} onSubmit={(event) => void submit(event)}>
        <h1>{C.title}</h1>
        <p className="muted">{C.text}</p>
        {problem !== undefined && (
          <Alert variant="light" color="red" role="alert">
            {problem}
          </Alert>
        )}
        <PasswordInput
          label={signInWords.password}
          autoComplete="new-password"
          required
          minLength={12}
          withAsterisk={false}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <PasswordInput
          label={C.again}
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={again}
          onChange={({ currentTarget }) => setAgain(currentTarget.value)}
        />
        <Button type="submit" size="sm">
          {words.form.save}
        </Button>
      </form>
    </main>
  );
}
