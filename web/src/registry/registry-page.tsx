import { TextInput } from '@mantine/core';
import type { RegistryModule, RegistryProvider } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { CodeSnippet } from '../parts/code-snippet.tsx';
import { Icon } from '../parts/icon.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { client } from '../session/client.ts';
import { useList } from '../settings/use-list.ts';
import { useTitle } from '../shell/use-title.ts';
import { publishModule, publishProvider } from './usage.ts';

const R = laterWords.registry;

/** The modules and providers that the organization has published. */
export function RegistryPage() {
  const { org } = usePlace();
  const [search, setSearch] = useSearchState();
  useTitle(R.title, org);
  const modules = useList(['registry-modules', org], (page) => client.registryModules.list(org, page));
  const providers = useList(['registry-providers', org], (page) => client.registryProviders.list(org, page));
  const text = (search['q'] ?? '').toLowerCase();
  return (
    <>
      <PageHead title={R.title} text={R.text}>
        <TextInput
          size="xs"
          leftSection={<Icon name="search" size={13} />}
          placeholder={R.search}
          aria-label={R.search}
          defaultValue={search['q'] ?? ''}
          onChange={({ currentTarget }) => setSearch({ q: currentTarget.value })}
        />
      </PageHead>
      <div className="stack">
        <Published
          title={R.modules}
          columns={[R.module, R.provider, R.newest]}
          query={modules.query}
          text={text}
          empty={
            <Empty icon="layers" title={R.noModules}>
              {R.publishModule}
              <CodeSnippet text={publishModule(org)} />
            </Empty>
          }
          row={({ attributes: { name, provider, ...rest } }: RegistryModule) => [
            <Link
              key="name"
              to="/$org/registry/modules/$module/$provider"
              params={{ org, module: name, provider }}
            >
              {visibleText(name)}
            </Link>,
            provider,
            rest['version-statuses']?.find(({ status }) => status === 'ok')?.version ?? R.noVersion,
          ]}
        />
        <Published
          title={R.providers}
          columns={[R.provider, R.newest]}
          query={providers.query}
          text={text}
          empty={
            <Empty icon="layers" title={R.noProviders}>
              {R.publishProvider}
              <CodeSnippet text={publishProvider(org)} />
            </Empty>
          }
          row={({ attributes: { name, versions = [] } }: RegistryProvider) => [
            <Link key="name" to="/$org/registry/providers/$provider" params={{ org, provider: name }}>
              {visibleText(name)}
            </Link>,
            versions[0] ?? R.noVersion,
          ]}
        />
      </div>
    </>
  );
}

interface PublishedProps<Item> {
  title: string;
  columns: readonly string[];
  query: UseQueryResult<readonly Item[]>;
  /** The search text for names, in lower case. */
  text: string;
  empty: ReactNode;
  row: (item: Item) => readonly ReactNode[];
}

function Published<Item extends { readonly id: string; readonly attributes: { readonly name: string } }>({
  title,
  columns,
  query,
  text,
  empty,
  row,
}: PublishedProps<Item>) {
  const shown = query.data?.filter(({ attributes }) => attributes.name.toLowerCase().includes(text)) ?? [];
  return (
    <Card title={title} flush>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.length === 0 && empty}
      {query.data !== undefined && query.data.length > 0 && shown.length === 0 && (
        <Empty icon="search" title={R.noMatch} />
      )}
      {shown.length > 0 && <RowTable columns={columns} items={shown} keyOf={(item) => item.id} row={row} />}
    </Card>
  );
}
