import { relatedId } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { words } from '../words/words.ts';
import { FilesCard } from '../files/files-card.tsx';
import type { FollowedLog } from '../log/use-log.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { client } from '../session/client.ts';
import { laterWords } from '../words/later-words.ts';
import { Digest } from './digest.tsx';
import { ProvenanceCard } from './provenance-card.tsx';
import type { RunView } from './run-view.ts';
import table from '../parts/table.module.css';

/** The inputs of the run: the uploaded configuration, and its providers and modules. */
export function ConfigurationTab({ view, logs }: { view: RunView; logs: readonly FollowedLog[] }) {
  const id = relatedId(view.run, 'configuration-version') ?? '';
  const version = useQuery({
    queryKey: ['configuration', id],
    queryFn: ({ signal }) => client.configurationVersions.read(id, { signal }),
  });
  if (version.isPending) return <Loading />;
  if (version.isError) return <Failed error={version.error} retry={() => void version.refetch()} />;
  const { status, source, speculative, provisional } = version.data.attributes;
  const providers = view.plan?.attributes.providers ?? [];
  const modules = view.plan?.attributes.modules ?? [];
  const C = words.run.configuration;
  return (
    <div className="stack">
      <FilesCard id={id} workingDirectory={view.workingDirectory} logs={logs} />
      <Card title={words.run.tabs.configuration}>
        <Facts
          facts={[
            [C.id, <code key="id">{id}</code>],
            [C.status, status],
            [C.source, words.run.source[source ?? ''] ?? source],
            [C.kind, speculative ? C.speculative : provisional ? C.provisional : undefined],
          ]}
        />
      </Card>
      <ProvenanceCard view={view} />
      {providers.length > 0 && (
        <Card title={C.providers} flush>
          <table className={`${table['table'] ?? ''} ${table['stacks'] ?? ''}`}>
            <tbody>
              {providers.map(({ address, version: of, source: from, h1 }) => (
                <tr key={address}>
                  <th scope="row" className="mono foreign">
                    {address}
                  </th>
                  <td className="mono">{of}</td>
                  <td className="muted">{from}</td>
                  <td>
                    {typeof h1 === 'string' && (
                      <Digest text={h1} label={laterWords.provenance.copy(address)} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      )}
      {modules.length > 0 && (
        <Card title={C.modules} flush>
          <table className={`${table['table'] ?? ''} ${table['stacks'] ?? ''}`}>
            <tbody>
              {modules.map(({ key, source: from, version: of, commit, h1 }) => (
                <tr key={key}>
                  <th scope="row" className="mono foreign">
                    {key}
                  </th>
                  <td className="mono foreign">{from}</td>
                  <td className="mono">{of ?? commit}</td>
                  <td>
                    {typeof h1 === 'string' && <Digest text={h1} label={laterWords.provenance.copy(key)} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      )}
    </div>
  );
}
