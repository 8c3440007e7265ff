import { Select } from '@mantine/core';
import type { ModuleName } from '@runwright/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { CodeSnippet } from '../parts/code-snippet.tsx';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { client } from '../session/client.ts';
import { useTitle } from '../shell/use-title.ts';
import { ModuleDescription } from './module-description.tsx';
import { moduleUsage, publishModule } from './usage.ts';
import table from '../parts/table.module.css';

const R = laterWords.registry;

/** One module: how to use it, its inputs and outputs, and its versions. */
export function ModulePage() {
  const { org = '', module = '', provider = '' } = useParams({ strict: false });
  const [search, setSearch] = useSearchState();
  const navigate = useNavigate();
  const queries = useQueryClient();
  useTitle(module, R.title);
  const name: ModuleName = { organization: org, name: module, provider };
  const read = useQuery({
    queryKey: ['registry-module', org, module, provider],
    queryFn: ({ signal }) => client.registryModules.read(name, { signal }),
  });
  if (read.isPending) return <Loading />;
  if (read.isError) return <Failed error={read.error} retry={() => void read.refetch()} />;
  const { 'version-statuses': versions = [], permissions } = read.data.attributes;
  const served = versions.filter(({ status }) => status === 'ok').map(({ version }) => version);
  const version = served.find((each) => each === search['version']) ?? served[0];
  const mayDelete = permissions?.['can-delete'] === true;
  return (
    <>
      <PageHead
        title={`${visibleText(module)}/${visibleText(provider)}`}
        text={
          <Link to="/$org/registry" params={{ org }}>
            {R.title}
          </Link>
        }
      >
        {version !== undefined && (
          <Select
            size="xs"
            aria-label={R.version}
            data={served}
            value={version}
            allowDeselect={false}
            onChange={(next) => next !== null && setSearch({ version: next })}
          />
        )}
        {mayDelete && (
          <ConfirmDelete
            button={R.deleteModule}
            title={`${R.deleteModule}: ${module}/${provider}`}
            text={R.deleteAllText}
            act={async () => {
              await client.registryModules.delete(name);
              await queries.invalidateQueries({ queryKey: ['registry-modules', org] });
              await navigate({ to: '/$org/registry', params: { org } });
            }}
          />
        )}
      </PageHead>
      <div className="stack">
        {version === undefined ? (
          <Empty icon="layers" title={R.noVersions}>
            {R.nextVersion}
            <CodeSnippet text={publishModule(org, module, provider)} />
          </Empty>
        ) : (
          <>
            <Card title={R.use}>
              <CodeSnippet text={moduleUsage(location.host, name, version)} />
              <p className="muted">{R.useText}</p>
              <CodeSnippet text={`terraform login ${location.host}`} />
            </Card>
            <ModuleDescription name={name} version={version} />
          </>
        )}
        {versions.length > 0 && (
          <Card title={R.versions} flush>
            <table className={table['table']}>
              <tbody>
                {versions.map(({ version: each, status, error }) => (
                  <tr key={each}>
                    <th scope="row" className="mono">
                      {each}
                    </th>
                    <td className="foreign">
                      {R.statuses[status] ?? status}
                      {error !== undefined && `: ${visibleText(error)}`}
                    </td>
                    <td className={table['end']}>
                      {mayDelete && (
                        <ConfirmDelete
                          button={R.deleteVersion(each)}
                          title={R.deleteVersion(each)}
                          text={R.deleteVersionText}
                          act={async () => {
                            await client.registryModules.deleteVersion(name, each);
                            await read.refetch();
                          }}
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Card>
        )}
      </div>
    </>
  );
}
