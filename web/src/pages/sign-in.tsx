import { Alert, Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import icon from '../icon.svg';
import { signInWords } from '../words/sign-in-words.ts';
import { words } from '../words/words.ts';
import { errorText } from '../parts/page-state.tsx';
import { signIn, signInMethodsQuery, type SignInMethods } from '../session/account.ts';
import { useTitle } from '../shell/use-title.ts';
import classes from './sign-in.module.css';

const S = signInWords;
type Way = 'token' | 'password';

/** Only pages of this application: the address comes from the author of the link. */
const isOwnPage = (to: string | undefined): to is string =>
  to?.startsWith('/') === true && !to.startsWith('//');

export function SignInPage() {
  useTitle(S.title);
  const { to, expired } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const router = useRouter();
  const [way, setWay] = useState<Way>('token');
  const [token, setToken] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isPending, setPending] = useState(false);

  const methods = useQuery(signInMethodsQuery).data;
  const oidc = oidcLink(methods, isOwnPage(to) ? to : '/');

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setPending(true);
    setProblem(undefined);
    try {
      const complaint = await signIn(
        way === 'token' ? { token: token.trim() } : { username: username.trim(), password },
      );
      if (complaint !== undefined) setProblem(complaint);
      else if (isOwnPage(to)) router.history.push(`/app${to.replace(/^\/app(?=\/|$)/, '')}`);
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
        {oidc !== null && (
          <>
            <Button component="a" href={oidc.href} size="sm">
              {S.with(oidc.name)}
            </Button>
            <p className="muted" style={{ textAlign: 'center' }}>
              {S.or}
            </p>
          </>
        )}
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={S.way}
          value={way}
          onChange={(value) => setWay(value as Way)}
          data={[
            { value: 'token', label: S.token },
            { value: 'password', label: S.password },
          ]}
        />
        {way === 'token' ? (
          <PasswordInput
            key="token"
            label={S.token}
            description={S.tokenHint}
            name="token"
            value={token}
            autoComplete="off"
            autoFocus={oidc === null}
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': S.show }}
            onChange={({ currentTarget }) => setToken(currentTarget.value)}
          />
        ) : (
          <>
            <TextInput
              label={S.username}
              name="username"
              value={username}
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              onChange={({ currentTarget }) => setUsername(currentTarget.value)}
            />
            <PasswordInput
              label={S.password}
              name="password"
              value={password}
              autoComplete="current-password"
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': S.show }}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            />
          </>
        )}
        <Button type="submit" size="sm" variant={oidc === null ? 'filled' : 'default'} loading={isPending}>
          {S.submit}
        </Button>
      </form>
    </main>
  );
}

/** The link to the identity provider, which leads back to the page before. */
function oidcLink(methods: SignInMethods | undefined, to: string): { name: string; href: string } | null {
  const { 'oidc-name': name = null, 'oidc-address': address = null } = methods ?? {};
  if (name === null || address === null) return null;
  const page = `/app${to.replace(/^\/app(?=\/|$)/, '')}`;
  return { name, href: `${address}?return=${encodeURIComponent(page)}` };
}
