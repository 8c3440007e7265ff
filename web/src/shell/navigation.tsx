import { Link, useLocation } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { usePlace } from '../place/use-place.ts';
import { SECTIONS } from './sections.ts';
import classes from './shell.module.css';

export function Navigation() {
  const { org } = usePlace();
  const { pathname } = useLocation();
  if (org === '') {
    return (
      <nav aria-label={words.shell.navigation} className={classes['nav']}>
        <Link to="/" activeOptions={{ exact: true }}>
          <Icon name="layers" />
          {words.shell.organizations}
        </Link>
        <Link to="/settings/account">
          <Icon name="user" />
          {words.shell.yourAccount}
        </Link>
        <Link to="/settings/tokens">
          <Icon name="key" />
          {words.shell.yourTokens}
        </Link>
      </nav>
    );
  }
  const isInSettings =
    pathname.startsWith(`/${org}/settings/`) || pathname.startsWith(`/app/${org}/settings/`);
  return (
    <nav aria-label={words.shell.navigation} className={classes['nav']}>
      <Link to="/$org" params={{ org }} activeOptions={{ exact: true }}>
        <Icon name="inbox" />
        {words.shell.inbox}
      </Link>
      <Link to="/$org/workspaces" params={{ org }}>
        <Icon name="layers" />
        {words.shell.workspaces}
      </Link>
      <Link to="/$org/runs" params={{ org }}>
        <Icon name="play" />
        {words.shell.runs}
      </Link>
      <Link to="/$org/registry" params={{ org }}>
        <Icon name="tag" />
        {words.shell.registry}
      </Link>
      <Link to="/$org/settings/$section" params={{ org, section: 'general' }} activeOptions={{ exact: true }}>
        <Icon name="gear" />
        {words.shell.settings}
      </Link>
      {isInSettings &&
        SECTIONS.slice(1).map((section) => (
          <Link
            key={section}
            to="/$org/settings/$section"
            params={{ org, section }}
            className={classes['sub']}
          >
            {words.shell.sections[section]}
          </Link>
        ))}
    </nav>
  );
}
