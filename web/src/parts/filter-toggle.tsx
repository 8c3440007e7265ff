import { Button } from '@mantine/core';
import { useSearchState } from '../place/use-search-state.ts';
import { Icon } from './icon.tsx';

/** A filter of a list that is on or off, under the API's name in the page's address. */
export function FilterToggle({ name, label }: { name: string; label: string }) {
  const [search, setSearch] = useSearchState();
  const isOn = search[name] === 'true';
  return (
    <Button
      variant={isOn ? 'light' : 'default'}
      aria-pressed={isOn}
      {...(isOn ? { leftSection: <Icon name="check" size={12} /> } : {})}
      onClick={() => setSearch({ [name]: isOn ? '' : 'true', page: '' })}
    >
      {label}
    </Button>
  );
}
