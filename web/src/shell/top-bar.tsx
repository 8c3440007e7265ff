import { ActionIcon, Button, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import icon from '../icon.svg';
import { words } from '../words/words.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { usePlace } from '../place/use-place.ts';
import { signOut } from '../session/account.ts';
import { OrganizationSwitcher } from './organization-switcher.tsx';
import { openPalette } from './overlays.ts';
import classes from './shell.module.css';

const SCHEMES: readonly (readonly [MantineColorScheme, IconName, string])[] = [
  ['light', 'sun', words.shell.light],
  ['dark', 'moon', words.shell.dark],
  ['auto', 'gear', words.shell.system],
];

export function TopBar({ username, openMenu }: { username: string; openMenu: () => void }) {
  const { org } = usePlace();
  return (
    <header className={classes['bar']}>
      <ActionIcon
        className={classes['burger'] ?? ''}
        variant="subtle"
        color="gray"
        size={32}
        aria-label={words.shell.openMenu}
        onClick={openMenu}
      >
        <Icon name="menu" />
      </ActionIcon>
      <Link to="/" className={classes['logo']} aria-label={words.shell.product}>
        <img src={icon} width={24} height={24} alt="" />
        <span>{words.shell.product}</span>
      </Link>
      {org !== '' && (
        <>
          <span className={classes['slash']} aria-hidden>
            /
          </span>
          <OrganizationSwitcher org={org} />
        </>
      )}
      <button type="button" className={classes['search']} onClick={openPalette}>
        <Icon name="search" size={14} />
        <span>{words.shell.search}</span>
        <kbd aria-hidden>Ctrl K</kbd>
      </button>
      <SchemeMenu />
      <AccountMenu username={username} />
    </header>
  );
}

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.find(([scheme]) => scheme === colorScheme) ?? SCHEMES[2];
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={words.shell.scheme}>
          <Icon name={current?.[1] ?? 'sun'} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(([scheme, icon, text]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon name={icon} size={14} />}
            onClick={() => setColorScheme(scheme)}
            {...(scheme === colorScheme ? { 'aria-current': true } : {})}
          >
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu({ username }: { username: string }) {
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    await signOut();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu position="bottom-end" shadow="md" width={200}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={`${words.shell.account}: ${username}`}
        >
          <Icon name="user" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="foreign">{username}</Menu.Label>
        <Menu.Item component={Link} to="/settings/account" leftSection={<Icon name="user" size={14} />}>
          {words.shell.yourAccount}
        </Menu.Item>
        <Menu.Item component={Link} to="/settings/tokens" leftSection={<Icon name="key" size={14} />}>
          {words.shell.yourTokens}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs" leftSection={<Icon name="file" size={14} />}>
          {words.shell.apiDocs}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{words.shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
