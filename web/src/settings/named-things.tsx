import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Failed, Loading } from '../parts/page-state.tsx';
import { AskName } from './ask-name.tsx';
import type { useList } from './use-list.ts';

interface Props<Item> {
  list: ReturnType<typeof useList<Item>>;
  /** The text of the button that makes one, and the call with its name. */
  button: string;
  create: (name: string) => Promise<unknown>;
  /** Shown instead of an empty list. */
  empty: ReactNode;
  show: (item: Item) => ReactNode;
}

/** Things of an organization that need only a name, one below the other. */
export function NamedThings<Item>({ list: { query, again }, button, create, empty, show }: Props<Item>) {
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="stack">
      <div>
        <AskName
          button={button}
          label={words.form.name}
          attribute="name"
          act={async (name) => {
            await create(name);
            await again();
          }}
        />
      </div>
      {query.data.length === 0 && empty}
      {query.data.map(show)}
    </div>
  );
}
