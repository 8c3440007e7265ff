import { Drawer } from '@mantine/core';
import { ApiError } from '@runwright/client';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { words } from '../words/words.ts';
import { Failed, Loading } from '../parts/page-state.tsx';
import { useAccount } from '../session/account.ts';
import { onExpired } from '../session/expired.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { GlobalKeys } from './global-keys.tsx';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';
import classes from './shell.module.css';

/** The frame around every page of a signed-in user. */
export function Shell() {
  const account = useAccount();
  const navigate = useNavigate();
  const { href } = useLocation();
  const isSignedIn = account.data !== undefined;
  const [isMenuOpen, setMenuOpen] = useState(false);

  useEffect(() => {
    // Several requests can get this answer at once; when the second one arrives, the page is already being left.
    return onExpired(() => {
      // Without a session at the start there was none that could end.
      if (isSignedIn && !isSignIn(href))
        void navigate({ to: '/sign-in', search: { to: href, expired: 'yes' } });
    });
  }, [navigate, href, isSignedIn]);
  useEffect(() => setMenuOpen(false), [href]);

  if (account.isPending) return <Loading />;
  if (account.isError) {
    if (account.error instanceof ApiError && account.error.code === 'unauthorized')
      return <ToSignIn from={href} />;
    return <Failed error={account.error} retry={() => void account.refetch()} />;
  }
  return (
    <div className={classes['shell']}>
      <a href="#content" className={classes['skip']}>
        {words.shell.skip}
      </a>
      <TopBar username={account.data.attributes.username} openMenu={() => setMenuOpen(true)} />
      <ConnectionBanner />
      <div className={classes['body']}>
        <div className={classes['side']}>
          <Navigation />
        </div>
        <Drawer
          opened={isMenuOpen}
          onClose={() => setMenuOpen(false)}
          size={270}
          title={words.shell.product}
          closeButtonProps={{ 'aria-label': words.shell.closeMenu }}
        >
          <Navigation />
        </Drawer>
        <main id="content" tabIndex={-1} className={classes['main']}>
          <Outlet />
        </main>
      </div>
      <GlobalKeys />
    </div>
  );
}

/** The address changes before the page that it leads to is loaded: until then the page that is being left is shown. */
const isSignIn = (href: string): boolean => /^(\/app)?\/sign-in/.test(href);

function ToSignIn({ from }: { from: string }) {
  const navigate = useNavigate();
  useEffect(() => {
    if (isSignIn(from)) return;
    const isStart = from === '/' || from === '/app' || from === '/app/';
    void navigate({ to: '/sign-in', search: isStart ? {} : { to: from }, replace: true });
  }, [navigate, from]);
  return <Loading />;
}
