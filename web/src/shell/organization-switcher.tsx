import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { organizationsQuery } from '../session/reads.ts';
import classes from './shell.module.css';

export function OrganizationSwitcher({ org }: { org: string }) {
  const [isOpen, setOpen] = useState(false);
  const organizations = useQuery({ ...organizationsQuery, enabled: isOpen });
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" width={230}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          className={classes['org'] ?? ''}
          rightSection={<Icon name="down" size={12} />}
          aria-label={`${words.shell.switchOrganization}: ${org}`}
        >
          {org}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {organizations.data?.data.map(({ attributes: { name } }) => (
          <Menu.Item key={name} component={Link} to="/$org" params={{ org: name } as never}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/">
          {words.shell.allOrganizations}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
